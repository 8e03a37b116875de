import type {RunInstancesCommandInput} from '@aws-sdk/client-ec2';

type Market = {readonly spot?: boolean; readonly spotMaxUsd?: number};

/** Of RunInstances. Where nobody gives a highest price, Amazon's own is the price on demand. */
export const marketOptions = ({spot, spotMaxUsd}: Market): Pick<RunInstancesCommandInput, 'InstanceMarketOptions'> =>
	spot
		? {
				InstanceMarketOptions: {
					MarketType: 'spot',
					SpotOptions: {
						SpotInstanceType: 'one-time',
						InstanceInterruptionBehavior: 'terminate',
						...(spotMaxUsd !== undefined && {MaxPrice: spotMaxUsd.toFixed(6)}),
					},
				},
			}
		: {};
