import type {ObjectStoreTraits} from '../../source/engine/object-store/object-store-traits.js';

/** What Swift's S3 API needs, as Walrus does. */
export const swiftTraits: ObjectStoreTraits = {
	pathStyle: true,
	checksums: 'WHEN_REQUIRED',
	acl: false,
	batchDelete: false,
	locationConstraint: false,
};
