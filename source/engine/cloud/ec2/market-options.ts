import type {RunInstancesCommandInput} from '@aws-sdk/client-ec2';

/** Of RunInstances. Nobody gives a highest price: Amazon's own is the price on demand, and any lower one only ends instances. */
export const marketOptions = (spot: boolean): Pick<RunInstancesCommandInput, 'InstanceMarketOptions'> =>
	spot
		? {
				InstanceMarketOptions: {
					MarketType: 'spot',
					SpotOptions: {SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate'},
				},
			}
		: {};
