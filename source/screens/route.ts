import type {DeploymentClone, DeploymentRequest} from '../actions/d2cm.js';

export const tabs = [
	'credentials',
	'clouds',
	'images',
	'amis',
	'templates',
	'deployments',
	'kernels',
	'ramdisks',
] as const;

export type Tab = (typeof tabs)[number];

/** Where the user is. Screens are opened on top of each other; Escape goes back to the one below. */
export type Route =
	| {readonly screen: Tab}
	| {readonly screen: 'credential-form'; readonly name?: string}
	| {readonly screen: 'credential-import'}
	| {readonly screen: 'credential-test'; readonly name: string; readonly cloud: string}
	| {readonly screen: 'cloud-form'; readonly name?: string}
	| {readonly screen: 'prices'; readonly cloud: string}
	| {readonly screen: 'price-form'; readonly cloud: string; readonly type: string}
	| {readonly screen: 'image-form'}
	| {readonly screen: 'image'; readonly name: string}
	/** With an id: to change what it stands for. */
	| {readonly screen: 'ami-form'; readonly cloud?: string; readonly id?: string}
	| {readonly screen: 'migration-form'; readonly image?: string}
	| {readonly screen: 'migration'; readonly id: string}
	| {readonly screen: 'template-form'; readonly name?: string}
	| {readonly screen: 'template'; readonly name: string}
	| {readonly screen: 'template-import'}
	| {readonly screen: 'template-export'; readonly name: string}
	/** `unrun`: to change one that was not started yet. */
	| {
			readonly screen: 'deployment-form';
			readonly request?: Partial<DeploymentRequest>;
			readonly unrun?: {readonly id: string} & Pick<DeploymentClone, 'template' | 'amis'>;
	  }
	| {readonly screen: 'deployment'; readonly id: string}
	| {readonly screen: 'orphans'}
	| {readonly screen: 'console'; readonly id: string; readonly node: string}
	| {
			readonly screen: 'kernel-form';
			readonly kind: 'kernel' | 'ramdisk';
			readonly id?: string;
			readonly cloud?: string;
	  };

/** The tab a screen belongs to, for the header. */
export function tabOf(route: Route): Tab {
	switch (route.screen) {
		case 'credential-form':
		case 'credential-import':
		case 'credential-test':
			return 'credentials';
		case 'cloud-form':
		case 'prices':
		case 'price-form':
			return 'clouds';
		case 'image-form':
		case 'image':
			return 'images';
		case 'ami-form':
		case 'migration-form':
		case 'migration':
			return 'amis';
		case 'template-form':
		case 'template':
		case 'template-import':
		case 'template-export':
			return 'templates';
		case 'deployment-form':
		case 'deployment':
		case 'orphans':
		case 'console':
			return 'deployments';
		case 'kernel-form':
			return route.kind === 'kernel' ? 'kernels' : 'ramdisks';
		default:
			return route.screen;
	}
}
