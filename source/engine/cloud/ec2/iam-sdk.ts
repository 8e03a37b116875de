/** What we use of the SDK for IAM; a module of its own for the reason given in `ec2-sdk.ts`. */
export {GetRoleCommand, IAMClient} from '@aws-sdk/client-iam';
