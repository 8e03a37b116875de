import type {AwsCalls} from '../../source/engine/cloud/ec2/aws-calls.js';

type Send = Parameters<AwsCalls['ec2']>[1];

/**
A cloud that gives these answers to requests of the SDK, without a server: for what a real one does not do.

@returns To be called as the functions of `AwsCalls` are, and as `Ec2Context.ask`.
*/
export function cannedSdk<Input>(answer: (action: string, input: Input) => object) {
	const sdk = new Proxy(
		{},
		{
			get: (_, name) =>
				class {
					readonly action = String(name).replace(/Command$/, '');
					constructor(readonly input: Input) {}
				},
		},
	);
	const client = {send: async ({action, input}: {action: string; input: Input}) => answer(action, input)};
	return async <Output>(_: string, send: (...given: Parameters<Send>) => Promise<Output>): Promise<Output> =>
		send(client as never, sdk as never, {} as never);
}
