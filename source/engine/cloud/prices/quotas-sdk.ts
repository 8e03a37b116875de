/** What we use of the SDK for quotas; a module of its own for the reason given in `ec2-sdk.ts`. */
export {
	GetAWSDefaultServiceQuotaCommand,
	GetServiceQuotaCommand,
	type ServiceQuota,
	ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
