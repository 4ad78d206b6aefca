package pii

// Foreign is what a type is called elsewhere; "" where there is no such name.
type Foreign struct {
	Comprehend string // Amazon Comprehend, PII entity types
	DLP        string // Google Sensitive Data Protection, infoTypes
}

// NameElsewhere maps a type to the names that other services give it, for
// teams that move their rules over.
func NameElsewhere(t Type) Foreign {
	switch t {
	case CreditCard:
		return Foreign{"CREDIT_DEBIT_NUMBER", "CREDIT_CARD_NUMBER"}
	case IBANCode:
		return Foreign{"INTERNATIONAL_BANK_ACCOUNT_NUMBER", "IBAN_CODE"}
	case EmailAddress:
		return Foreign{"EMAIL", "EMAIL_ADDRESS"}
	case IPAddress:
		return Foreign{"IP_ADDRESS", "IP_ADDRESS"}
	case MACAddress:
		return Foreign{"MAC_ADDRESS", "MAC_ADDRESS"}
	case URL:
		return Foreign{"URL", "URL"}
	case DateTime:
		return Foreign{"DATE_TIME", "DATE"}
	case DateOfBirth:
		return Foreign{"DATE_TIME", "DATE_OF_BIRTH"}
	case PhoneNumber, TRPhoneNumber, PHMobileNumber:
		return Foreign{"PHONE", "PHONE_NUMBER"}
	case Person:
		return Foreign{"NAME", "PERSON_NAME"}
	case Location:
		return Foreign{"", "LOCATION"}
	case Organization:
		return Foreign{"", "ORGANIZATION_NAME"}
	case Address:
		return Foreign{"ADDRESS", "STREET_ADDRESS"}
	case USSSN:
		return Foreign{"SSN", "US_SOCIAL_SECURITY_NUMBER"}
	case USPassport:
		return Foreign{"PASSPORT_NUMBER", "US_PASSPORT"}
	case USDriverLicense:
		return Foreign{"DRIVER_ID", "US_DRIVERS_LICENSE_NUMBER"}
	case USBankNumber:
		return Foreign{"BANK_ACCOUNT_NUMBER", ""}
	case ABARoutingNumber:
		return Foreign{"BANK_ROUTING", "US_BANK_ROUTING_MICR"}
	case USITIN:
		return Foreign{"US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "US_INDIVIDUAL_TAXPAYER_IDENTIFICATION_NUMBER"}
	case UKNHS:
		return Foreign{"UK_NATIONAL_HEALTH_SERVICE_NUMBER", "UK_NATIONAL_HEALTH_SERVICE_NUMBER"}
	case UKNINO:
		return Foreign{"UK_NATIONAL_INSURANCE_NUMBER", "UK_NATIONAL_INSURANCE_NUMBER"}
	case CASIN:
		return Foreign{"CA_SOCIAL_INSURANCE_NUMBER", "CANADA_SOCIAL_INSURANCE_NUMBER"}
	case INAadhaar:
		return Foreign{"IN_AADHAAR", "INDIA_AADHAAR_INDIVIDUAL"}
	case INPAN:
		return Foreign{"IN_PERMANENT_ACCOUNT_NUMBER", "INDIA_PAN_INDIVIDUAL"}
	case INVoter:
		return Foreign{"IN_VOTER_NUMBER", ""}
	case VIN:
		return Foreign{"VEHICLE_IDENTIFICATION_NUMBER", "VEHICLE_IDENTIFICATION_NUMBER"}
	case IMEI:
		return Foreign{"", "IMEI_HARDWARE_ID"}
	case ADID:
		return Foreign{"", "ADVERTISING_ID"}
	}
	return Foreign{}
}
