import {Text} from 'ink';
import {KernelsScreen} from './kernels.js';
import {Screen} from './parts/screen.js';
import type {Route} from './route.js';

/** The screen of a route. */
export function RoutedScreen({route}: {readonly route: Route}) {
	switch (route.screen) {
		case 'kernels':
			return <KernelsScreen kind="kernel" />;
		case 'ramdisks':
			return <KernelsScreen kind="ramdisk" />;
		default:
			return (
				<Screen heading={route.screen} keys={[]}>
					{() => <Text>{route.screen}</Text>}
				</Screen>
			);
	}
}
