import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {CloudEntry} from '../store/database.js';
import {openStore} from '../store/open-store.js';
import {homePaths, resolveHome} from '../store/paths.js';
import type {ActionContext} from './action-context.js';
import {amiActions} from './ami-actions.js';
import {whileWaiting} from './bounds.js';
import {bundlesOf} from './bundles-of.js';
import {cloudQuestions} from './cloud-questions.js';
import type {D2cm} from './d2cm.js';
import {definitionActions} from './definition-actions.js';
import {deleteActions} from './delete-deployment.js';
import {deploymentActions} from './deployment-actions.js';
import {viewActions} from './deployment-view.js';
import {examineMachine} from './examine-machine.js';
import {explainedCloud} from './explained-cloud.js';
import {hostKeyActions} from './host-key-actions.js';
import {imageActions} from './image-actions.js';
import {importActions} from './import-actions.js';
import {jobActions} from './job-actions.js';
import {migrationActions} from './migration-actions.js';
import {findNamed} from './named-entries.js';
import {openCloud} from './open-cloud.js';
import {orphanActions} from './orphans/orphan-actions.js';
import {priceActions} from './price-actions.js';
import {pricedCloud} from './priced-cloud.js';
import {provenanceActions} from './provenance-actions.js';
import {templateActions} from './template-actions.js';
import {watchHome} from './watch-home.js';

/** Opens a data folder and gives everything a user can ask for in it. */
export async function openD2cm(home: string = resolveHome()): Promise<D2cm> {
	const paths = homePaths(home);
	const store = await openStore(home);
	const watch = watchHome(paths, store);
	const context: ActionContext = {
		paths,
		store,
		async cloud(name, as) {
			const database = {...store.data(), ...as};
			return explainedCloud(
				pricedCloud(await openCloud(name, database, paths, whileWaiting), database, paths),
				database,
			);
		},
		changed: watch.changed,
	};
	const {start, begun, ...jobs} = jobActions(context);
	const bundles = (name: string, at?: CloudEntry) => {
		const seen = at ? {...store, data: () => ({...store.data(), clouds: [at]})} : store;
		const {kind} = findNamed('cloud', seen.data().clouds, name);
		return traitsOf(kind).credential ? [bundlesOf(name, {paths, store: seen})] : [];
	};
	return {
		home,
		notices: store.notices,
		database: store.data,
		onChange: watch.onChange,
		...definitionActions(context, begun),
		...importActions(context),
		...cloudQuestions(context),
		...imageActions(context),
		...amiActions(context),
		...templateActions(context),
		...jobs,
		...migrationActions(context, start),
		...deploymentActions(context, start),
		...deleteActions(context, async id => jobs.job(id, {isToBeSure: true})),
		...hostKeyActions(context),
		...viewActions(context, jobs.job),
		...priceActions(context),
		...provenanceActions(context),
		...orphanActions(context, async () => begun({isToBeSure: true}), bundles),
		doctor: async () => examineMachine(paths, store.data()),
	};
}
