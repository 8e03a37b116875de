/** What we use of the SDK for prices; a module of its own for the reason given in `ec2-sdk.ts`. */
export {GetProductsCommand, PricingClient} from '@aws-sdk/client-pricing';
