import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {startMotoServer} from '../../helpers/moto-server.js';
import {objectStoreSuite} from '../../helpers/object-store-suite.js';
import {startSwiftServer} from '../../helpers/swift-server.js';
import {swiftTraits} from '../../helpers/swift-traits.js';

const perAccount = 'Each account has buckets of its own: the same name may be used by all.';

objectStoreSuite(
	'S3 at Swift',
	async () => {
		const server = await startSwiftServer();
		return {store: createS3Store({...server, traits: swiftTraits}), close: server.end};
	},
	{'foreign buckets': perAccount},
);

objectStoreSuite(
	'S3 at moto',
	async () => {
		const server = await startMotoServer();
		const traits = {...swiftTraits, acl: true, batchDelete: true, checksums: 'WHEN_SUPPORTED'} as const;
		return {store: createS3Store({...server, traits}), close: server.end};
	},
	{
		'foreign buckets': 'It has one account, unless roles are assumed.',
		'parts of a gone upload refused': 'It fails on them with status 500 and a page in HTML.',
	},
);
