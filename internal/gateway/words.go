package gateway

import "strings"

// spoken is what is said to whoever asked for a person, before the link.
type spoken struct{ locale, person string }

// spokens has every language of the labels. Of those but English no speaker has
// reviewed the words yet.
var spokens = [...]spoken{
	{"en", "You asked for a human. This program says no more here; a person will answer you. You can also write to us:"},
	{"de", "Sie möchten einen Menschen. Dieses Programm sagt hier nichts mehr; ein Mensch antwortet Ihnen. Sie können uns auch schreiben:"},
	{"fr", "Vous demandez un humain. Ce programme ne dit plus rien ici ; une personne vous répondra. Vous pouvez aussi nous écrire :"},
	{"es", "Usted pide una persona. Este programa no dice nada más aquí; una persona le responderá. También puede escribirnos:"},
	{"it", "Ha chiesto una persona. Questo programma qui non dice altro; le risponderà una persona. Può anche scriverci:"},
	{"nl", "U vraagt om een mens. Dit programma zegt hier niets meer; een mens antwoordt u. U kunt ons ook schrijven:"},
	{"pt", "Pediu uma pessoa. Este programa não diz mais nada aqui; uma pessoa vai responder-lhe. Também pode escrever-nos:"},
	{"pl", "Prosi Pan/Pani o człowieka. Ten program nic tu już nie napisze; odpowie człowiek. Można też do nas napisać:"},
	{"bg", "Поискахте човек. Тази програма няма да казва нищо повече тук; ще Ви отговори човек. Можете и да ни пишете:"},
	{"cs", "Chcete mluvit s člověkem. Tento program zde už nic neřekne; odpoví vám člověk. Můžete nám také napsat:"},
	{"da", "Du bad om et menneske. Programmet siger ikke mere her; et menneske svarer dig. Du kan også skrive til os:"},
	{"el", "Ζητήσατε άνθρωπο. Αυτό το πρόγραμμα δεν λέει τίποτε άλλο εδώ· θα σας απαντήσει άνθρωπος. Μπορείτε επίσης να μας γράψετε:"},
	{"et", "Te soovisite inimest. See programm siin rohkem midagi ei ütle; teile vastab inimene. Võite meile ka kirjutada:"},
	{"fi", "Pyysit ihmistä. Tämä ohjelma ei sano täällä enää mitään; ihminen vastaa sinulle. Voit myös kirjoittaa meille:"},
	{"ga", "D’iarr tú duine. Ní déarfaidh an ríomhchlár seo a thuilleadh anseo; tabharfaidh duine freagra ort. Is féidir leat scríobh chugainn freisin:"},
	{"hr", "Zatražili ste čovjeka. Ovaj program ovdje više ništa ne govori; odgovorit će vam čovjek. Možete nam i pisati:"},
	{"hu", "Ön embert kért. Ez a program itt többet nem szól; egy ember fog válaszolni Önnek. Írhat is nekünk:"},
	{"lt", "Paprašėte žmogaus. Ši programa čia daugiau nieko nesakys; jums atsakys žmogus. Taip pat galite mums parašyti:"},
	{"lv", "Jūs lūdzāt cilvēku. Šī programma te vairs neko neteiks; jums atbildēs cilvēks. Varat mums arī rakstīt:"},
	{"mt", "Tlabt bniedem. Dan il-programm m’għadux jgħid aktar hawn; se jwieġbek bniedem. Tista’ wkoll tiktbilna:"},
	{"ro", "Ați cerut un om. Acest program nu mai spune nimic aici; vă va răspunde un om. Ne puteți și scrie:"},
	{"sk", "Žiadate človeka. Tento program tu už nič nepovie; odpovie vám človek. Môžete nám aj napísať:"},
	{"sl", "Zaprosili ste za človeka. Ta program tukaj ne bo povedal nič več; odgovoril vam bo človek. Lahko nam tudi pišete:"},
	{"sv", "Du bad om en människa. Programmet säger inget mer här; en människa svarar dig. Du kan också skriva till oss:"},
	{"zh", "您要求与真人交谈。本程序在此不再发言，将由真人答复您。您也可以写信给我们："},
	{"ja", "担当者との会話を希望されました。このプログラムはここではこれ以上発言せず、人がお答えします。こちらからご連絡いただくこともできます："},
	{"ko", "상담원을 요청하셨습니다. 이 프로그램은 여기서 더 이상 말하지 않으며, 사람이 답변해 드립니다. 저희에게 글을 보내실 수도 있습니다:"},
	{"hi", "आपने किसी व्यक्ति से बात करनी चाही। यह प्रोग्राम यहाँ और कुछ नहीं कहेगा; एक व्यक्ति आपको उत्तर देगा। आप हमें लिख भी सकते हैं:"},
	{"ar", "\u200Fطلبتَ التحدث إلى إنسان. لن يقول هذا البرنامج شيئًا آخر هنا؛ سيجيبك إنسان. يمكنك أيضًا أن تكتب إلينا:"},
	{"tr", "Bir insanla görüşmek istediniz. Bu program burada artık bir şey söylemeyecek; size bir insan yanıt verecek. Bize yazabilirsiniz de:"},
}

// wordsIn are the words in a language; English where it has none.
func wordsIn(locale string) *spoken {
	lang, _, _ := strings.Cut(strings.ToLower(locale), "-")
	for i := range spokens {
		if spokens[i].locale == lang {
			return &spokens[i]
		}
	}
	return &spokens[0]
}
