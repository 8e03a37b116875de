import {registerHooks} from 'node:module';
import {sabotages} from './sabotages.js';

// `node --import …/sabotage.js …` with D2CM_SABOTAGE set to a name: the engine is loaded with that fault in it.
const name = process.env['D2CM_SABOTAGE'];
const sabotage = sabotages.find(other => other.name === name);
if (!sabotage) {
	throw new Error(`There is no sabotage called ${name}.`);
}

registerHooks({
	load(url, context, nextLoad) {
		const loaded = nextLoad(url, context);
		if (!url.endsWith(sabotage.file)) {
			return loaded;
		}

		const source = String(loaded.source);
		if (!source.includes(sabotage.find)) {
			throw new Error(
				`${sabotage.file} has no ${sabotage.find} any more: the sabotage "${name}" has to be put elsewhere.`,
			);
		}

		return {...loaded, source: source.replace(sabotage.find, () => sabotage.replace)};
	},
});
