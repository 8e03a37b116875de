/** What we use of the SDK to read the shared AWS configuration; a module of its own for the reason given in `ec2-sdk.ts`. */
export {fromIni} from '@aws-sdk/credential-provider-ini';
