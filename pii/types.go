package pii

// Type names a kind of personal data, in Presidio's spelling where it has one.
type Type string

// The types that the scanner knows. User patterns may add others.
const (
	CreditCard             Type = "CREDIT_CARD"               // payment card, 12 to 19 digits, Luhn
	Crypto                 Type = "CRYPTO"                    // Bitcoin or Ethereum address
	IBANCode               Type = "IBAN_CODE"                 // bank account, ISO 13616
	EmailAddress           Type = "EMAIL_ADDRESS"             // RFC 5322 addr-spec with a known top-level domain
	IPAddress              Type = "IP_ADDRESS"                // IPv4 or IPv6, with zone and prefix length
	MACAddress             Type = "MAC_ADDRESS"               // IEEE 802 address
	URL                    Type = "URL"                       // web address or bare domain
	DateTime               Type = "DATE_TIME"                 // date, with or without a time
	PhoneNumber            Type = "PHONE_NUMBER"              // phone number, national or E.164
	Person                 Type = "PERSON"                    // a person's name
	Location               Type = "LOCATION"                  // a place
	Organization           Type = "ORGANIZATION"              // a company or body
	NRP                    Type = "NRP"                       // nationality, religious or political group
	Title                  Type = "TITLE"                     // a form of address such as Dr
	Address                Type = "ADDRESS"                   // postal address
	DateOfBirth            Type = "DATE_OF_BIRTH"             // a date that is said to be somebody's birthday
	USSSN                  Type = "US_SSN"                    // US social security number
	USITIN                 Type = "US_ITIN"                   // US individual taxpayer id
	USPassport             Type = "US_PASSPORT"               // US passport
	USDriverLicense        Type = "US_DRIVER_LICENSE"         // US driver licence
	USBankNumber           Type = "US_BANK_NUMBER"            // US bank account
	USNPI                  Type = "US_NPI"                    // US national provider id
	USMBI                  Type = "US_MBI"                    // US Medicare beneficiary id
	ABARoutingNumber       Type = "ABA_ROUTING_NUMBER"        // US bank routing number
	MedicalLicense         Type = "MEDICAL_LICENSE"           // US DEA registration
	UKNHS                  Type = "UK_NHS"                    // NHS number
	UKNINO                 Type = "UK_NINO"                   // UK national insurance number
	UKPassport             Type = "UK_PASSPORT"               // UK passport
	UKPostcode             Type = "UK_POSTCODE"               // UK postcode
	UKDrivingLicence       Type = "UK_DRIVING_LICENCE"        // UK driving licence
	UKVehicleRegistration  Type = "UK_VEHICLE_REGISTRATION"   // UK number plate
	DETaxID                Type = "DE_TAX_ID"                 // German tax id
	DETaxNumber            Type = "DE_TAX_NUMBER"             // German tax number
	DEPassport             Type = "DE_PASSPORT"               // German passport
	DEIDCard               Type = "DE_ID_CARD"                // German identity card
	DESocialSecurity       Type = "DE_SOCIAL_SECURITY"        // German pension insurance number
	DEHealthInsurance      Type = "DE_HEALTH_INSURANCE"       // German health insurance number
	DELANR                 Type = "DE_LANR"                   // German physician number
	DEBSNR                 Type = "DE_BSNR"                   // German practice number
	DEVATID                Type = "DE_VAT_ID"                 // German VAT id
	DEKFZ                  Type = "DE_KFZ"                    // German number plate
	DEHandelsregister      Type = "DE_HANDELSREGISTER"        // German commercial register number
	DEPLZ                  Type = "DE_PLZ"                    // German postcode
	DEFuehrerschein        Type = "DE_FUEHRERSCHEIN"          // German driving licence
	AUABN                  Type = "AU_ABN"                    // Australian business number
	AUACN                  Type = "AU_ACN"                    // Australian company number
	AUTFN                  Type = "AU_TFN"                    // Australian tax file number
	AUMedicare             Type = "AU_MEDICARE"               // Australian Medicare number
	INAadhaar              Type = "IN_AADHAAR"                // Indian Aadhaar
	INGSTIN                Type = "IN_GSTIN"                  // Indian GST id
	INPAN                  Type = "IN_PAN"                    // Indian permanent account number
	INPassport             Type = "IN_PASSPORT"               // Indian passport
	INVoter                Type = "IN_VOTER"                  // Indian voter id
	INVehicleRegistration  Type = "IN_VEHICLE_REGISTRATION"   // Indian number plate
	ITFiscalCode           Type = "IT_FISCAL_CODE"            // Italian fiscal code
	ITVATCode              Type = "IT_VAT_CODE"               // Italian VAT code
	ITPassport             Type = "IT_PASSPORT"               // Italian passport
	ITIdentityCard         Type = "IT_IDENTITY_CARD"          // Italian identity card
	ITDriverLicense        Type = "IT_DRIVER_LICENSE"         // Italian driving licence
	KRRRN                  Type = "KR_RRN"                    // Korean resident number
	KRFRN                  Type = "KR_FRN"                    // Korean foreigner number
	KRBRN                  Type = "KR_BRN"                    // Korean business number
	KRDriverLicense        Type = "KR_DRIVER_LICENSE"         // Korean driving licence
	KRPassport             Type = "KR_PASSPORT"               // Korean passport
	ESNIF                  Type = "ES_NIF"                    // Spanish NIF
	ESNIE                  Type = "ES_NIE"                    // Spanish NIE
	ESPassport             Type = "ES_PASSPORT"               // Spanish passport
	SEPersonnummer         Type = "SE_PERSONNUMMER"           // Swedish personal number
	SEOrganisationsnummer  Type = "SE_ORGANISATIONSNUMMER"    // Swedish organisation number
	TRNationalID           Type = "TR_NATIONAL_ID"            // Turkish national id
	TRLicensePlate         Type = "TR_LICENSE_PLATE"          // Turkish number plate
	TRPhoneNumber          Type = "TR_PHONE_NUMBER"           // Turkish phone number
	SGUEN                  Type = "SG_UEN"                    // Singapore entity number
	SGNRICFIN              Type = "SG_NRIC_FIN"               // Singapore identity number
	FIPersonalIdentityCode Type = "FI_PERSONAL_IDENTITY_CODE" // Finnish personal identity code
	PLPESEL                Type = "PL_PESEL"                  // Polish PESEL
	ZAIDNumber             Type = "ZA_ID_NUMBER"              // South African id
	THTNIN                 Type = "TH_TNIN"                   // Thai national id
	CASIN                  Type = "CA_SIN"                    // Canadian social insurance number
	PHTIN                  Type = "PH_TIN"                    // Philippine tax number
	PHMobileNumber         Type = "PH_MOBILE_NUMBER"          // Philippine mobile number
	NGNIN                  Type = "NG_NIN"                    // Nigerian national id
	NGVehicleRegistration  Type = "NG_VEHICLE_REGISTRATION"   // Nigerian number plate
	FRNIR                  Type = "FR_NIR"                    // French social security number
	NLBSN                  Type = "NL_BSN"                    // Dutch citizen service number
	BENRN                  Type = "BE_NRN"                    // Belgian national number
	ATSVNR                 Type = "AT_SVNR"                   // Austrian social insurance number
	CHAHV                  Type = "CH_AHV"                    // Swiss social insurance number
	PTNIF                  Type = "PT_NIF"                    // Portuguese tax number
	IEPPS                  Type = "IE_PPS"                    // Irish PPS number
	DKCPR                  Type = "DK_CPR"                    // Danish CPR number
	NOFNR                  Type = "NO_FNR"                    // Norwegian national identity number
	CZRC                   Type = "CZ_RC"                     // Czech and Slovak birth number
	ROCNP                  Type = "RO_CNP"                    // Romanian personal code
	GRAFM                  Type = "GR_AFM"                    // Greek tax number
	BRCPF                  Type = "BR_CPF"                    // Brazilian personal tax number
	BRCNPJ                 Type = "BR_CNPJ"                   // Brazilian company number
	MXCURP                 Type = "MX_CURP"                   // Mexican population code
	JPMynumber             Type = "JP_MYNUMBER"               // Japanese My Number
	CNRIC                  Type = "CN_RIC"                    // Chinese resident id
	BGEGN                  Type = "BG_EGN"                    // Bulgarian personal number
	HROIB                  Type = "HR_OIB"                    // Croatian personal number
	EEIK                   Type = "EE_IK"                     // Estonian and Lithuanian personal code
	SIEMSO                 Type = "SI_EMSO"                   // Slovenian personal number
	ILID                   Type = "IL_ID"                     // Israeli identity number
	CLRUT                  Type = "CL_RUT"                    // Chilean RUT
	ARCUIT                 Type = "AR_CUIT"                   // Argentine CUIT
	IMEI                   Type = "IMEI"                      // mobile device number
	VIN                    Type = "VIN"                       // vehicle identification number
	ADID                   Type = "AD_ID"                     // advertising id of a device (GAID, IDFA)
	CookieID               Type = "COOKIE_ID"                 // analytics cookie id (_ga, _fbp)
	ClickID                Type = "CLICK_ID"                  // click id of an ad platform (gclid, fbclid, msclkid)
	HashedEmail            Type = "HASHED_EMAIL"              // hash of an e-mail address
)

// Types lists every built-in type in a fixed order.
func Types() []Type {
	return []Type{
		CreditCard, Crypto, IBANCode, EmailAddress, IPAddress, MACAddress,
		URL, DateTime, PhoneNumber, Person, Location, Organization,
		NRP, Title, Address, DateOfBirth, USSSN, USITIN,
		USPassport, USDriverLicense, USBankNumber, USNPI, USMBI, ABARoutingNumber,
		MedicalLicense, UKNHS, UKNINO, UKPassport, UKPostcode, UKDrivingLicence,
		UKVehicleRegistration, DETaxID, DETaxNumber, DEPassport, DEIDCard, DESocialSecurity,
		DEHealthInsurance, DELANR, DEBSNR, DEVATID, DEKFZ, DEHandelsregister,
		DEPLZ, DEFuehrerschein, AUABN, AUACN, AUTFN, AUMedicare,
		INAadhaar, INGSTIN, INPAN, INPassport, INVoter, INVehicleRegistration,
		ITFiscalCode, ITVATCode, ITPassport, ITIdentityCard, ITDriverLicense, KRRRN,
		KRFRN, KRBRN, KRDriverLicense, KRPassport, ESNIF, ESNIE,
		ESPassport, SEPersonnummer, SEOrganisationsnummer, TRNationalID, TRLicensePlate, TRPhoneNumber,
		SGUEN, SGNRICFIN, FIPersonalIdentityCode, PLPESEL, ZAIDNumber, THTNIN,
		CASIN, PHTIN, PHMobileNumber, NGNIN, NGVehicleRegistration, FRNIR,
		NLBSN, BENRN, ATSVNR, CHAHV, PTNIF, IEPPS,
		DKCPR, NOFNR, CZRC, ROCNP, GRAFM, BRCPF,
		BRCNPJ, MXCURP, JPMynumber, CNRIC, BGEGN, HROIB,
		EEIK, SIEMSO, ILID, CLRUT, ARCUIT, IMEI,
		VIN, ADID, CookieID, ClickID, HashedEmail,
	}
}
