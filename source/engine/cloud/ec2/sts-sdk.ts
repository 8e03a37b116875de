/** What we use of the SDK for STS; a module of its own for the reason given in `ec2-sdk.ts`. */
export {AssumeRoleCommand, GetCallerIdentityCommand, STSClient} from '@aws-sdk/client-sts';
