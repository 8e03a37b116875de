import {amiList} from './ami-list.js';
import {amiRegister} from './ami-register.js';
import {amiRemove} from './ami-remove.js';
import {cancel} from './cancel.js';
import {change} from './change.js';
import {clone} from './clone.js';
import {cloudAdd} from './cloud-add.js';
import {cloudList} from './cloud-list.js';
import {cloudRemove} from './cloud-remove.js';
import type {Command} from './command.js';
import {credentialAdd} from './credential-add.js';
import {credentialImport} from './credential-import.js';
import {credentialList} from './credential-list.js';
import {credentialRemove} from './credential-remove.js';
import {credentialTest} from './credential-test.js';
import {deleteJob} from './delete-job.js';
import {demo} from './demo.js';
import {deploy} from './deploy.js';
import {doctor} from './doctor.js';
import {events} from './events.js';
import {finish} from './finish.js';
import {hostKeyAccept} from './host-key-accept.js';
import {hostKeyList} from './host-key-list.js';
import {hostKeyRefuse} from './host-key-refuse.js';
import {imageAdd} from './image-add.js';
import {imageList} from './image-list.js';
import {imageRemove} from './image-remove.js';
import {inspect} from './inspect.js';
import {job} from './job.js';
import {kernelList} from './kernel-list.js';
import {migrate} from './migrate.js';
import {priceList} from './price-list.js';
import {priceSet} from './price-set.js';
import {provenance} from './provenance.js';
import {reap} from './reap.js';
import {rerun} from './rerun.js';
import {resume} from './resume.js';
import {start} from './start.js';
import {status} from './status.js';
import {templateExport} from './template-export.js';
import {templateImport} from './template-import.js';
import {templateList} from './template-list.js';
import {templateRemove} from './template-remove.js';

/** In the order in which a user meets them. */
export const commands: readonly Command[] = [
	doctor,
	inspect,
	imageAdd,
	imageList,
	imageRemove,
	credentialAdd,
	credentialImport,
	credentialList,
	credentialTest,
	credentialRemove,
	cloudAdd,
	cloudList,
	cloudRemove,
	kernelList,
	migrate,
	amiList,
	amiRegister,
	amiRemove,
	templateImport,
	templateExport,
	templateList,
	templateRemove,
	priceList,
	priceSet,
	deploy,
	change,
	start,
	status,
	events,
	hostKeyList,
	hostKeyAccept,
	hostKeyRefuse,
	finish,
	cancel,
	resume,
	clone,
	rerun,
	provenance,
	deleteJob,
	reap,
	demo,
	job,
];
