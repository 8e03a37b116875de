import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Route} from '../../source/screens/route.js';
import {keys, walkScreens} from '../helpers/screen-walk.js';

const forms: readonly Route[] = [
	{screen: 'credential-form'},
	{screen: 'credential-form', name: 'lab'},
	{screen: 'credential-import'},
	{screen: 'cloud-form'},
	{screen: 'cloud-form', name: 'sci'},
	{screen: 'image-form'},
	{screen: 'kernel-form', kind: 'kernel'},
	{screen: 'kernel-form', kind: 'ramdisk'},
	{screen: 'ami-form'},
	{screen: 'template-form'},
	{screen: 'template-import'},
	{screen: 'deployment-form'},
];

for (const first of forms) {
	test(`wrong input in every field of ${JSON.stringify(first)} is refused in words and kept`, () =>
		walkScreens(
			async ({press, frame, d2cm}) => {
				for (let field = 0; field < 6; field += 1) {
					await press(`?${field}!`);
					await press(keys.tab);
				}

				const typed = frame().match(/\?\d!/g) ?? [];
				assert.ok(typed.length > 0, frame());
				const after = await press(keys.save + keys.next);
				assert.match(after, /✗/);
				assert.deepEqual(after.match(/\?\d!/g), typed);
				assert.deepEqual(
					d2cm.calls.filter(([name]) => !/^(instanceTypes|machineImages|regions)$/.test(name)),
					[],
				);
			},
			{first},
		));
}
