/** A test that holds a promise: its file below test/, and its title as it stands in the source. */
export type Holder = readonly [file: string, title: string];

/** `differs` and `better` say why; a promise that is kept as it was given needs no word. */
export type Verdict = 'same' | {readonly better: string} | {readonly differs: string};

/** Something the user guide lets its reader expect, in our own words. */
export type GuidePromise = {
	readonly what: string;
	/** Section or figure of the guide. */
	readonly where: string;
	/** Screen and keys. */
	readonly keys: string;
	/** Without the name of the program. */
	readonly commands: readonly string[];
	readonly verdict: Verdict;
	readonly heldBy: readonly Holder[];
};

export type Chapter = {readonly title: string; readonly promises: readonly GuidePromise[]};

const byKeys: Holder = [
	'guide/experiment-by-keys.slow.test.ts',
	"the user guide's experiment by keys alone at 80x24, on three real guests: image, migration, template, deployment, results",
];
const byCommands: Holder = [
	'guide/experiment-by-commands.slow.test.ts',
	"the user guide's experiment by commands, its job killed while launching, running, collecting and shutting down",
];
const wizards = 'screens/wizards.test.tsx';
const deploymentScreens = 'screens/deployments.test.tsx';
const originalFaults = 'engine/deployments/faults-of-the-original.test.ts';
const failures = 'engine/deployments/failures.test.ts';
const guideScreens = 'guide/guide-screens.test.tsx';
const guideRun = 'guide/guide-run.test.ts';
const roleActions: Holder = [
	'screens/template-wizard.test.tsx',
	'every role keeps its own actions, and what was typed and not added is added',
];

/** In the order of the guide. */
export const chapters: readonly Chapter[] = [
	{
		title: 'What the tool is',
		promises: [
			{
				what: 'A graphical program that needs Python',
				where: '1',
				keys: 'all screens',
				commands: [],
				verdict: {
					differs: 'It is a terminal program that needs Node, so that it also runs where one only logs in by SSH.',
				},
				heldBy: [
					[
						'app.test.ts',
						'on a real terminal: drawn, walked, made smaller and larger, pasted into, and left with a word about the jobs',
					],
				],
			},
			{
				what: "The scientist's whole desktop environment goes to the cloud as it is",
				where: '1',
				keys: 'Images n, m',
				commands: ['image add NAME FILE', 'migrate IMAGE'],
				verdict: 'same',
				heldBy: [
					byKeys,
					[
						'engine/migration/migrated-desktop-boots.slow.test.ts',
						'a migrated desktop boots as an instance of its own, with a lease, and ends itself when nobody renews it',
					],
				],
			},
			{
				what: 'A VirtualBox disk becomes an AMI of Amazon',
				where: '1',
				keys: 'Images m',
				commands: ['migrate IMAGE --cloud us-east-1'],
				verdict: {
					better:
						'Only blocks that hold data travel, and only changed ones the next time. The real Amazon was never asked: see README.',
				},
				heldBy: [
					[
						'engine/migration/migrate-to-cloud.thorough.test.ts',
						'a desktop becomes a private AMI whose disk is the prepared one, byte for byte',
					],
				],
			},
			{
				what: 'A VirtualBox disk becomes an image that Eucalyptus with Xen runs',
				where: '1',
				keys: 'Images m',
				commands: ['migrate IMAGE --cloud sci --kernel ID'],
				verdict: 'same',
				heldBy: [
					[
						'engine/migration/migrate-by-bundle.thorough.test.ts',
						'with a kernel of the cloud it is paravirtual, and needs a ramdisk only if one is named',
					],
					[
						'engine/migration/bundle/open-bundle.thorough.test.ts',
						'a bundle of … is opened by openssl, gzip and tar to the same bytes',
					],
				],
			},
			{
				what: 'Templates describe what to deploy and its life-cycle',
				where: '1',
				keys: 'Templates n',
				commands: ['template import FILE'],
				verdict: {better: 'Templates are YAML files, too, which can be kept and shared.'},
				heldBy: [
					roleActions,
					[
						'engine/templates/parse-template.test.ts',
						'a template is read with all actions of every role, uploads relative to its folder',
					],
				],
			},
			{
				what: 'The experiment runs on EC2, or on a cloud that speaks like it',
				where: '1',
				keys: 'Deployments n',
				commands: ['deploy TEMPLATE --cloud NAME --size N'],
				verdict: {better: 'It also runs on this very machine, free of charge.'},
				heldBy: [
					[
						'guide/experiment-on-ec2.thorough.test.ts',
						"the user guide's experiment by keys alone at 80x24, on a strict EC2: credentials, image, migration, template, deployment, results",
					],
					[
						'guide/experiment-on-ec2.thorough.test.ts',
						"the user guide's experiment by commands, on a strict EC2: credentials, image, migration, template, deployment, results",
					],
				],
			},
			{
				what: 'Results are brought home, and the health of the instances is watched while they work',
				where: '1',
				keys: 'Deployments Enter, Tab to Monitoring and Results',
				commands: ['events ID --follow', 'status ID'],
				verdict: 'same',
				heldBy: [byKeys, byCommands],
			},
		],
	},
	{
		title: 'The virtual machine and the credentials',
		promises: [
			{
				what: 'A VDI file of a machine that is stopped, with everything installed as usual, is all that is needed',
				where: '1.1',
				keys: 'Images n',
				commands: ['image add NAME FILE'],
				verdict: {better: 'A disk that is in use is refused, and who has it is said.'},
				heldBy: [
					byKeys,
					[
						'engine/migration/migrate-to-local.test.ts',
						'a VDI that is open for writing elsewhere is refused, and who has it is said',
					],
				],
			},
			{
				what: 'The image has an SSH server and lets root log in with a key',
				where: '1.2',
				keys: 'Images Enter',
				commands: ['inspect FILE'],
				verdict: {
					better: 'That is looked at before anything is sent, and what lacks for the login is set up in the copy.',
				},
				heldBy: [
					[
						'engine/guest/fix-ups/texts.test.ts',
						'drop-ins of sshd are trusted only when they come before every setting',
					],
					[
						'engine/migration/migrate-to-local.test.ts',
						'a desktop becomes an AMI, every change is reported, and not one byte of the VDI is another',
					],
				],
			},
			{
				what: 'A credential has six fields: name, user ID, access key, secret key, user certificate, private key',
				where: '1.2.1, figure 1',
				keys: 'Credentials n',
				commands: ['credential add'],
				verdict: {
					better:
						'They are checked as they are typed, tried at the cloud without effect, or read from an .eucarc file or an AWS profile.',
				},
				heldBy: [
					[guideScreens, 'the six fields of a credential are asked for, kept together, and the secret is never drawn'],
					['engine/credentials/check-credential.test.ts', '… is told in one sentence'],
				],
			},
			{
				what: 'The certificate and the private key are files, named by their paths',
				where: '1.2.1, figure 1',
				keys: 'Credentials n, Tab completes a path',
				commands: ['credential add'],
				verdict: 'same',
				heldBy: [
					[
						'engine/credentials/check-credential.test.ts',
						'files that are not there, folders, and files that are no PEM are named',
					],
				],
			},
			{
				what: 'Several credentials are kept, and each can be changed',
				where: 'figure 1',
				keys: 'Credentials n, e, d',
				commands: ['credential list', 'credential remove NAME'],
				verdict: 'same',
				heldBy: [
					[
						'commands/credential-commands.thorough.test.ts',
						'credentials and clouds are added, tested, asked and removed by commands, and no secret is ever printed',
					],
				],
			},
			{
				what: 'The same kind of credential serves Amazon and Eucalyptus',
				where: '1.2.1',
				keys: 'Clouds n, Credential',
				commands: ['cloud add'],
				verdict: 'same',
				heldBy: [
					[
						'engine/credentials/parse-eucarc.test.ts',
						'the .eucarc file of a Eucalyptus cloud is a credential and a cloud, and nothing in it is run',
					],
				],
			},
		],
	},
	{
		title: 'Images and their migration',
		promises: [
			{
				what: 'An image is added by a name and its file, which can be looked for',
				where: '1.2.2, figure 2',
				keys: 'Images n, Tab completes the path',
				commands: ['image add NAME FILE'],
				verdict: {better: 'What is in it, and whether it would run in a cloud, is said before it is added.'},
				heldBy: [[wizards, 'an image is added by name and path, completed with Tab, after its findings were shown']],
			},
			{
				what: 'The cloud of an image is chosen when it is added, and can be changed later',
				where: '1.2.2, figure 2',
				keys: 'Images m, Cloud; AMIs i',
				commands: ['migrate IMAGE --cloud NAME', 'ami register ID --image NAME'],
				verdict: {
					differs:
						'It is chosen for each migration, since an image that goes to several clouds belongs to none of them.',
				},
				heldBy: [
					[guideScreens, 'one image is migrated to one cloud and then to another, each chosen when it is migrated'],
					[wizards, 'an AMI is removed with its data or without, and another image is put in its place'],
				],
			},
			{
				what: 'One image is migrated to several clouds',
				where: '1.2.2, 1.2.4',
				keys: 'Images m',
				commands: ['migrate IMAGE --cloud NAME'],
				verdict: 'same',
				heldBy: [
					[guideScreens, 'one image is migrated to one cloud and then to another, each chosen when it is migrated'],
				],
			},
			{
				what: 'The date an image was added and the size of its disk are shown',
				where: 'figure 3',
				keys: 'Images',
				commands: ['image list'],
				verdict: 'same',
				heldBy: [[guideScreens, 'images are listed with size and date, AMIs with image, cloud and state']],
			},
			{
				what: 'A button makes an AMI of an image',
				where: '1.2.3, figure 3',
				keys: 'Images m',
				commands: ['migrate IMAGE --cloud NAME'],
				verdict: 'same',
				heldBy: [
					byKeys,
					[
						wizards,
						'a migration to the local cloud asks for the cloud only, then shows the job, which goes on when left',
					],
				],
			},
			{
				what: 'It asks for the cloud to migrate to',
				where: '1.2.3, figure 4',
				keys: 'Images m, Cloud',
				commands: ['migrate --cloud'],
				verdict: 'same',
				heldBy: [byKeys],
			},
			{
				what: 'It asks for the region',
				where: '1.2.3, figure 4',
				keys: 'Images m, Cloud',
				commands: ['migrate --cloud', 'cloud add'],
				verdict: {
					differs:
						"A region is a cloud of its own, as in the guide's figures: us-east-1, us-west-1 and eu-west-1 are there from the beginning, others are added under Clouds.",
				},
				heldBy: [
					[
						'store/open-store.thorough.test.ts',
						'a new home is private and begins with the local cloud and Amazon regions',
					],
					[
						'actions/import-credentials.test.ts',
						'regions are those seeded where Amazon cannot be asked, and none where there are no regions',
					],
				],
			},
			{
				what: 'It asks for a kernel of the cloud, shown with its architecture',
				where: '1.2.3, figure 5',
				keys: 'Images m, Kernel and ramdisk',
				commands: ['migrate --kernel ID'],
				verdict: {
					better:
						'Only kernels that fit the image are offered, and none need be chosen where the image brings its own.',
				},
				heldBy: [
					[
						wizards,
						'a migration to a Eucalyptus cloud asks for way, bucket, kernel and ramdisk, and says what it sends before it starts',
					],
					[
						'screens/migration-steps.test.ts',
						'only kernels of the architecture of the image are offered, and no ramdisk where none is needed',
					],
				],
			},
			{
				what: 'It asks for a ramdisk of the cloud',
				where: '1.2.3, figure 6',
				keys: 'Images m, Kernel and ramdisk',
				commands: ['migrate --ramdisk ID'],
				verdict: 'same',
				heldBy: [
					[
						wizards,
						'a migration to a Eucalyptus cloud asks for way, bucket, kernel and ramdisk, and says what it sends before it starts',
					],
				],
			},
			{
				what: 'It asks for the bucket that the image is stored in',
				where: '1.2.3, figure 7',
				keys: 'Images m, The way there',
				commands: ['migrate --bucket NAME'],
				verdict: {
					better:
						'The bucket is made when it is not there, one of somebody else is refused, and where the way to the AMI needs none it is not asked for.',
				},
				heldBy: [
					[
						wizards,
						'a migration to a Eucalyptus cloud asks for way, bucket, kernel and ramdisk, and says what it sends before it starts',
					],
					[
						'engine/object-store/s3-store.thorough.test.ts',
						'a bucket that exists is ours, foreign, or in another region',
					],
				],
			},
			{
				what: 'The disk is uploaded to S3, or to Walrus of Eucalyptus',
				where: '1.2.3, 1.2.4',
				keys: 'Images m',
				commands: ['migrate --way bundle'],
				verdict: {better: 'An upload that breaks goes on where it broke, and every part is compared with its sum.'},
				heldBy: [
					[
						'engine/migration/migrate-by-bundle.thorough.test.ts',
						'a bundle is registered as a private hvm AMI, byte for byte the prepared disk, and removed with its objects',
					],
					[
						'engine/migration/bundle/upload-bundle.thorough.test.ts',
						'a resumed upload sends what is missing or differs, and no part that is there as it must be',
					],
				],
			},
			{
				what: 'The AMI is registered with suitable defaults: architecture, kernel, ramdisk, instance type',
				where: '1.2.3, 1.2.4',
				keys: 'Images m; Deployments n, type',
				commands: ['migrate', 'deploy'],
				verdict: {
					differs:
						'Clouds keep no instance type with an AMI, so the smallest one that it starts on is offered in each deployment.',
				},
				heldBy: [
					[
						'engine/migration/ebs-direct/register-ami.thorough.test.ts',
						'an AMI is private, 64 bit, hvm, and forgets its disk with its instance',
					],
					[
						'engine/deployments/choose-types.test.ts',
						'where no type is chosen, the smallest is taken that the AMI starts on',
					],
				],
			},
			{
				what: 'AMIs are listed with their source image, state and cloud, one that is being made among them',
				where: 'figure 8',
				keys: 'AMIs',
				commands: ['ami list', 'status'],
				verdict: 'same',
				heldBy: [
					[guideScreens, 'images are listed with size and date, AMIs with image, cloud and state'],
					[
						wizards,
						'a migration to the local cloud asks for the cloud only, then shows the job, which goes on when left',
					],
				],
			},
			{
				what: 'The log of a migration says step by step what is done to the copy',
				where: 'figure 8',
				keys: 'AMIs Enter',
				commands: ['events ID --follow'],
				verdict: 'same',
				heldBy: [
					[
						'engine/migration/migrate-to-local.test.ts',
						'a desktop becomes an AMI, every change is reported, and not one byte of the VDI is another',
					],
					[
						'commands/migrate.thorough.test.ts',
						'a desktop disk is inspected, registered, migrated and ready to be deployed; it stays as it was',
					],
				],
			},
			{
				what: 'An AMI can be added by hand, and deleted',
				where: 'figure 8',
				keys: 'AMIs a, d',
				commands: ['ami register ID', 'ami remove ID'],
				verdict: {better: 'It is asked whether its data go with it.'},
				heldBy: [
					[wizards, 'kernels and AMIs known by their ID are added by hand'],
					[wizards, 'an AMI is removed with its data or without, and another image is put in its place'],
				],
			},
			{
				what: 'Kernels and ramdisks have lists of their own',
				where: 'figures 3 to 7',
				keys: 'Kernels n, r; Ramdisks n, r',
				commands: ['kernel list CLOUD'],
				verdict: {better: 'They are asked of the cloud; only what it does not tell is added by hand.'},
				heldBy: [
					[
						'commands/credential-commands.thorough.test.ts',
						'kernels asked for again keep their recommended ramdisk, those added by hand stay, and those gone go',
					],
					[wizards, 'kernels and AMIs known by their ID are added by hand'],
				],
			},
			{
				what: 'All changes are made in a copy; the image itself stays as it is',
				where: '1.2.4',
				keys: 'Images m',
				commands: ['migrate'],
				verdict: 'same',
				heldBy: [
					[
						'engine/migration/migrate-to-local.test.ts',
						'a desktop becomes an AMI, every change is reported, and not one byte of the VDI is another',
					],
					[
						'engine/migration/killed-migration.slow.test.ts',
						'a migration killed at any record leaves no process and no mount, and its next run makes the AMI',
					],
				],
			},
			{
				what: 'The old fstab is kept and one that suits the cloud is written',
				where: 'figure 8',
				keys: 'AMIs Enter',
				commands: ['events ID'],
				verdict: {better: 'The same is so for every file that is changed.'},
				heldBy: [
					['engine/guest/fix-ups/fstab.test.ts', 'in fstab, …'],
					[
						'engine/migration/migrate-to-local.test.ts',
						'a desktop becomes an AMI, every change is reported, and not one byte of the VDI is another',
					],
				],
			},
			{
				what: 'An AMI is private: only the account that made it reads and boots it',
				where: '1.2.4',
				keys: 'Images m',
				commands: ['migrate'],
				verdict: 'same',
				heldBy: [
					[
						'engine/migration/ebs-direct/register-ami.thorough.test.ts',
						'an AMI is private, 64 bit, hvm, and forgets its disk with its instance',
					],
					[
						'engine/migration/ebs-direct/register-ami.thorough.test.ts',
						'a launch permission that is there is taken back',
					],
				],
			},
			{
				what: 'How long it takes depends on the size of the image and the connection',
				where: '1.2.4',
				keys: 'AMIs Enter',
				commands: ['migrate --check', 'events ID --follow'],
				verdict: {better: 'What will be sent is said before, and how far it is while it runs.'},
				heldBy: [
					[
						wizards,
						'a migration to a Eucalyptus cloud asks for way, bucket, kernel and ramdisk, and says what it sends before it starts',
					],
				],
			},
			{
				what: 'Each image that an experiment needs is migrated by itself',
				where: '1.2.4',
				keys: 'Images m',
				commands: ['migrate'],
				verdict: 'same',
				heldBy: [[wizards, 'a cloud without AMIs of the images cannot be chosen, and says why']],
			},
		],
	},
	{
		title: 'Templates',
		promises: [
			{
				what: 'A deployment has one role or more; several roles may use one image',
				where: '1.3',
				keys: 'Templates n, Roles',
				commands: ['template import'],
				verdict: 'same',
				heldBy: [byKeys, roleActions],
			},
			{
				what: 'The name of a role is unique',
				where: '1.3',
				keys: 'Templates n, Roles',
				commands: ['template import'],
				verdict: 'same',
				heldBy: [
					['screens/wrong-input.test.ts', 'wrong input in every field of … is refused in words and kept'],
					['engine/templates/parse-template.test.ts', '… is named with its place'],
				],
			},
			{
				what: 'A template has a name, asked for first',
				where: '1.3, figure 10',
				keys: 'Templates n, Name',
				commands: ['template import'],
				verdict: 'same',
				heldBy: [byKeys],
			},
			{
				what: 'An experiment has a problem size, by which deployments are compared',
				where: '1.3, figures 9 and 15',
				keys: 'Templates n, Problem size; Deployments n, Problem size',
				commands: ['deploy --size N', 'status'],
				verdict: {better: 'The scripts get it as D2CM_PROBLEM_SIZE; duration and cost stand beside it in the list.'},
				heldBy: [
					byKeys,
					byCommands,
					[
						'actions/job-figures.test.ts',
						'status tells size, duration and cost of a run that has ended, whenever it is asked',
					],
				],
			},
			{
				what: 'a. A role uses a migrated image',
				where: '1.3, figure 11',
				keys: 'Templates n, image and count; image in YAML',
				commands: ['template import FILE'],
				verdict: 'same',
				heldBy: [byKeys, roleActions],
			},
			{
				what: 'a. A role uses an AMI of the cloud that was not migrated here',
				where: 'figure 11',
				keys: 'Templates n, image: an AMI by its id; ami in YAML',
				commands: ['template import FILE'],
				verdict: {better: 'Its login user is found out, or given; what it does not start on is not offered.'},
				heldBy: [
					[
						'screens/template-wizard.test.tsx',
						'a role takes an AMI that is known and of no image, or any by its id, and a login user',
					],
				],
			},
			{
				what: 'b. A role has an instance type',
				where: '1.3, figure 14',
				keys: 'Deployments n, Instance types and counts',
				commands: ['deploy --type ROLE=TYPE'],
				verdict: {better: 'Types that the AMI does not start on are not offered.'},
				heldBy: [
					['engine/deployments/plan.test.ts', 'types and counts of the request count'],
					[
						'screens/deployment-fields.test.ts',
						'of hundreds of types only those are offered that the AMI of the role starts on; one that was chosen before is told why not',
					],
				],
			},
			{
				what: 'c. A role has a number of instances',
				where: '1.3, figure 14',
				keys: 'Templates n, image and count; Deployments n',
				commands: ['deploy --count ROLE=N'],
				verdict: 'same',
				heldBy: [byKeys, byCommands],
			},
			{
				what: 'd. Files are uploaded to the instances of a role: source, destination, added one by one',
				where: '1.3, figure 11',
				keys: 'Templates n, uploads; uploads in YAML',
				commands: ['template import FILE'],
				verdict: {better: 'Folders, too; what several instances want crosses the uplink once.'},
				heldBy: [byKeys, roleActions],
			},
			{
				what: 'e. Commands run when the instances have started, added one by one',
				where: '1.3, figure 11',
				keys: 'Templates n, start scripts; startScripts in YAML',
				commands: ['template import FILE'],
				verdict: 'same',
				heldBy: [byKeys, roleActions],
			},
			{
				what: 'f. Commands start the experiment, added one by one',
				where: '1.3, figure 11',
				keys: 'Templates n, async scripts; asyncScripts in YAML',
				commands: ['template import FILE'],
				verdict: 'same',
				heldBy: [byKeys, roleActions],
			},
			{
				what: 'g. A condition says when the role is done: a file that is there',
				where: '1.3, figure 11',
				keys: 'Templates n, done checks; doneChecks in YAML',
				commands: ['template import FILE'],
				verdict: {better: 'Several conditions, and a line in a log, which the guide only announces.'},
				heldBy: [
					byKeys,
					roleActions,
					[
						'engine/deployments/log-watcher.test.ts',
						'a pattern is found in the line that has it, once the line is whole',
					],
				],
			},
			{
				what: 'h. Files are downloaded once the experiment is done',
				where: '1.3, figure 11',
				keys: 'Templates n, data to collect; downloads in YAML',
				commands: ['template import FILE'],
				verdict: {better: 'Several, folders too, each compared with its sum on the instance.'},
				heldBy: [byKeys, roleActions],
			},
			{
				what: 'Every field of the dialog for roles is kept for every role',
				where: 'figures 11 and 12',
				keys: 'Templates n',
				commands: ['template import'],
				verdict: {better: 'The original lost all but the first role’s uploads, scripts and checks.'},
				heldBy: [
					roleActions,
					[originalFaults, 'uploads, scripts, checks and downloads of every role are done, not of the first alone'],
				],
			},
			{
				what: 'The added roles are listed with their images; one goes back, adds more, or finishes',
				where: 'figure 12',
				keys: 'Templates n; Ctrl+P, Ctrl+N, Ctrl+S',
				commands: ['template export NAME'],
				verdict: {
					differs:
						'While it is made they are listed by name, and each has pages of its own with the image; the saved template shows all.',
				},
				heldBy: [
					[
						guideScreens,
						'the roles of a template are listed while it is made, with the image of each, and with their counts afterwards',
					],
				],
			},
			{
				what: 'The cloud that the deployment runs on is chosen',
				where: '1.3, figure 13',
				keys: 'Deployments n, Cloud',
				commands: ['deploy --cloud NAME'],
				verdict: {better: 'A cloud that lacks an AMI of one of the images is not offered, and says so.'},
				heldBy: [[wizards, 'a cloud without AMIs of the images cannot be chosen, and says why']],
			},
			{
				what: 'Instance types and counts of all roles are chosen together',
				where: 'figure 14',
				keys: 'Deployments n, Instance types and counts',
				commands: ['deploy --type ROLE=TYPE --count ROLE=N'],
				verdict: 'same',
				heldBy: [[wizards, 'a deployment is started only after its price was agreed to, be it $0.00']],
			},
			{
				what: 'A template can be deleted',
				where: 'figures 10 to 14',
				keys: 'Templates d',
				commands: ['template remove NAME'],
				verdict: 'same',
				heldBy: [
					['commands/program.thorough.test.ts', 'a template goes in and out as YAML, and is listed and removed'],
				],
			},
		],
	},
	{
		title: 'Deployments',
		promises: [
			{
				what: 'A deployment is made from a template and started by Deploy',
				where: '1.4, figure 15',
				keys: 'Templates s, or Deployments n; y starts it, k keeps it for later; Deployments s',
				commands: ['deploy TEMPLATE', 'deploy TEMPLATE --later', 'start ID'],
				verdict: 'same',
				heldBy: [
					byKeys,
					[
						'screens/unrun.test.tsx',
						'what the wizard made may be kept for later: nothing is started, and it is there to start, change, clone and delete',
					],
					[
						'actions/unrun.test.ts',
						'the command line makes, changes and starts one, and tells the price again each time',
					],
				],
			},
			{
				what: 'Its overview has cloud, problem size, status, and each role with image, count, type and output',
				where: 'figure 15',
				keys: 'Deployments Enter',
				commands: ['status ID'],
				verdict: 'same',
				heldBy: [
					[
						'actions/unrun.test.ts',
						'a deployment that was made and not started is listed as NOT_RUN, and nothing takes it for an interrupted job',
					],
					[deploymentScreens, 'a deployment is followed live, page by page, to the console of an instance'],
				],
			},
			{
				what: 'A deployment can be deleted',
				where: '1.4, figure 15',
				keys: 'Deployments d',
				commands: ['delete ID'],
				verdict: {better: 'It is asked whether its results go with it.'},
				heldBy: [
					[deploymentScreens, 'deleting asks whether the results are kept'],
					[
						'actions/unrun.test.ts',
						'it is deleted at once, without its cloud, and one that is damaged is listed and can be deleted too',
					],
				],
			},
			{
				what: 'A clone is a new deployment of the same configuration, which can be changed before it is run',
				where: '1.4, figure 15',
				keys: 'Deployments l',
				commands: ['clone ID', 'clone ID --later'],
				verdict: {
					better: 'Where the template has changed since, it is said in which lines, and can be taken as it is now.',
				},
				heldBy: [
					[
						'screens/unrun.test.tsx',
						'a clone is there at once, not started, and opened to be changed; leaving that leaves it',
					],
					[
						'actions/clone.test.ts',
						'a clone runs the same roles and scripts when the template was changed or removed since, and says in which lines it differs',
					],
				],
			},
			{
				what: 'What was run before stays, with its data',
				where: '1.4',
				keys: 'Deployments',
				commands: ['status', 'provenance ID'],
				verdict: 'same',
				heldBy: [
					[
						'actions/rerun.test.ts',
						'a rerun is the same again, whatever became of the template, and has an id and a price of its own',
					],
					[
						'engine/deployments/provenance.test.ts',
						'what a run was is told from its journal and its folder: instances, commands, codes, times, results, cost',
					],
				],
			},
			{
				what: 'The price per hour in dollars, from types and counts, is shown, and whether to start is asked',
				where: '1.4, figure 16',
				keys: 'Deployments n; y, n',
				commands: ['deploy TEMPLATE'],
				verdict: {
					better:
						'With each role’s share, what would end the run, and what a lost machine could cost; a price nobody knows is never $0.',
				},
				heldBy: [
					[wizards, 'a deployment is started only after its price was agreed to, be it $0.00'],
					[
						'commands/wrong-use.test.ts',
						'who says no to the price on a terminal is shown it first, and nothing is started',
					],
					[
						'screens/plan-details.test.ts',
						'a plan shows each role at its price and the sum, and never $0 for a price that is not known',
					],
				],
			},
			{
				what: 'While it runs, its state is shown on the page Log / Events',
				where: '1.4, figure 17',
				keys: 'Deployments Enter, Tab',
				commands: ['events ID --follow'],
				verdict: 'same',
				heldBy: [
					byKeys,
					[deploymentScreens, 'a deployment is followed live, page by page, to the console of an instance'],
				],
			},
			{
				what: 'The events INSTANCES_LAUNCHED, COLLECTING_DATA and DATA_COLLECTED are told with their times',
				where: 'figures 17 and 18',
				keys: 'Deployments Enter, Tab',
				commands: ['events ID'],
				verdict: {better: 'So are all others, in the order in which they came about.'},
				heldBy: [[guideRun, 'the events of a deployment are told by their names, with the time of each, in order']],
			},
			{
				what: 'The log says what is done, from the session key over the reservation to the end of the instances',
				where: 'figures 17 and 18',
				keys: 'Deployments Enter, Tab',
				commands: ['events ID'],
				verdict: 'same',
				heldBy: [[guideRun, 'the log of a deployment has the lines of the user guide, in order']],
			},
			{
				what: 'Files and commands go to an instance as the login user of its AMI, such as ubuntu',
				where: 'figure 17',
				keys: '',
				commands: ['deploy', 'status ID'],
				verdict: {better: 'Each role may have another one; what needs root goes by its sudo.'},
				heldBy: [
					[
						'engine/deployments/login-user.thorough.test.ts',
						'instances of Ubuntu and of Amazon Linux work together, each as its own user, with sudo where root is needed',
					],
				],
			},
			{
				what: 'Each deployment has a key of its own, a .pem file in its folder',
				where: 'figure 17',
				keys: '',
				commands: ['status ID --json'],
				verdict: {
					better: 'Beside it lies known_hosts: the host keys are made here and checked, where the original took any.',
				},
				heldBy: [
					[
						'engine/deployments/run-deployment.test.ts',
						'keys are private files, and those that are of no use afterwards are gone',
					],
					[originalFaults, 'no secret is in the journal, and host keys are pinned before the first connection'],
				],
			},
		],
	},
	{
		title: 'The life-cycle',
		promises: [
			{
				what: 'Reservation: instances of every role, as many as asked for',
				where: '1.4',
				keys: 'Deployments Enter',
				commands: ['status ID'],
				verdict: 'same',
				heldBy: [byKeys, byCommands],
			},
			{
				what: 'Reservation: what cannot be had in full is given back, and the process ends',
				where: '1.4',
				keys: 'Deployments Enter',
				commands: ['deploy TEMPLATE'],
				verdict: 'same',
				heldBy: [
					[failures, 'all roles or nothing: a partial reservation is released when another role is refused'],
					[
						'engine/deployments/doubtful-cloud.test.ts',
						'fewer instances than were asked for are none: they are released, and it is said',
					],
				],
			},
			{
				what: 'Reservation: the account is charged from then on',
				where: '1.4',
				keys: 'Deployments Enter, Price',
				commands: ['status ID'],
				verdict: {better: 'What it has cost so far is shown, and a cap can be set.'},
				heldBy: [
					[
						'engine/deployments/run-so-far.test.ts',
						'every instance costs from its reservation until now, or until all were ended',
					],
					[
						'engine/deployments/spend-cap.test.ts',
						'a run that reaches its cap is ended by name, its results first, and has not cost more',
					],
				],
			},
			{
				what: 'Contextualization: a text file with the addresses of all instances lies on each of them',
				where: '1.4',
				keys: '',
				commands: [],
				verdict: 'same',
				heldBy: [
					[
						'engine/deployments/run-deployment.test.ts',
						'every instance knows all others: addresses in order, names, keys',
					],
					byKeys,
				],
			},
			{
				what: 'Contextualization: all instances can connect to each other',
				where: '1.4',
				keys: '',
				commands: [],
				verdict: {better: 'By names, too, without any prompt and with host keys checked.'},
				heldBy: [
					[
						'engine/deployments/sshd-deployment.thorough.test.ts',
						'on real instances, nodes log in to each other without prompts, scripts see their environment, and results come home',
					],
					[
						'guide/open-mpi.extra.test.ts',
						'an MPI hello and a ring of 2 x 2 processes finish on the local cloud, by mpirun and the hostfile alone',
					],
					byKeys,
				],
			},
			{
				what: 'Upload: files that are not in the image are put onto the instances',
				where: '1.4',
				keys: 'Deployments Enter, Tab',
				commands: ['events ID'],
				verdict: 'same',
				heldBy: [byKeys, byCommands],
			},
			{
				what: 'Start-up: the commands are run one after the other, on each instance of each role',
				where: '1.4',
				keys: 'Deployments Enter, Tab',
				commands: ['events ID'],
				verdict: 'same',
				heldBy: [
					[
						guideRun,
						'start scripts run one after the other on every instance, and all have ended before any async script begins',
					],
				],
			},
			{
				what: 'Start-up: they have ended before any main script begins',
				where: '1.4',
				keys: '',
				commands: [],
				verdict: {better: 'On all instances of all roles.'},
				heldBy: [
					[
						guideRun,
						'start scripts run one after the other on every instance, and all have ended before any async script begins',
					],
					[originalFaults, 'no async script starts before every role has ended its start scripts'],
				],
			},
			{
				what: 'Execution: the main scripts are run in the background, and go on when the connection ends',
				where: '1.4',
				keys: '',
				commands: [],
				verdict: {better: 'Each runs exactly once, wherever the connection breaks or the program dies.'},
				heldBy: [
					['engine/ssh/remote-task.thorough.test.ts', 'goes on when the connection ends'],
					[
						'engine/ssh/remote-task.thorough.test.ts',
						'runs once, and whole, wherever the connection breaks while it is started',
					],
				],
			},
			{
				what: 'Completion: it is looked again and again whether the file of the check is there',
				where: '1.4',
				keys: '',
				commands: [],
				verdict: 'same',
				heldBy: [byKeys, [failures, 'a done check that holds counts more than the exit code of the script']],
			},
			{
				what: 'Completion: a role without a check counts as finished',
				where: '1.4',
				keys: 'Templates n, done checks',
				commands: [],
				verdict: 'same',
				heldBy: [byKeys],
			},
			{
				what: 'Completion: only when all roles have finished does it go on',
				where: '1.4',
				keys: '',
				commands: [],
				verdict: 'same',
				heldBy: [[guideRun, 'results are fetched only when the checks of all roles hold']],
			},
			{
				what: 'Finalization: the files asked for are brought home before anything is ended',
				where: '1.4',
				keys: 'Deployments Enter, Tab to Results',
				commands: ['status ID'],
				verdict: {better: 'Nothing is ended before they are here and their sums are right.'},
				heldBy: [
					[failures, 'data that is missing holds the instances until it is there'],
					[originalFaults, 'a crash while collecting is resumed into collecting, so no result is lost'],
				],
			},
			{
				what: 'Termination: all instances of the deployment are ended',
				where: '1.4',
				keys: 'Deployments Enter',
				commands: ['reap'],
				verdict: {better: 'Until the cloud itself says so; also after a failure, a cancel and a crash.'},
				heldBy: [
					[
						'engine/deployments/cancel.thorough.test.ts',
						'cancelled at any record, a deployment ends in CANCELLED with nothing left running',
					],
					[
						'engine/deployments/crash-at-records.thorough.test.ts',
						'a crash between any effect and its record is resumed, with every effect once, all results and no staged input left',
					],
				],
			},
			{
				what: 'At the end the path of the folder with all results is printed',
				where: '1.4, figure 18',
				keys: 'Deployments Enter, Tab to Log / Events or Results',
				commands: ['deploy TEMPLATE', 'events ID --follow'],
				verdict: 'same',
				heldBy: [[guideRun, 'the log of a deployment has the lines of the user guide, in order'], byCommands],
			},
			{
				what: 'A result lies below its deployment and its instance, under the path it had there',
				where: 'figure 18',
				keys: 'Deployments Enter, Tab to Results',
				commands: ['status ID --json'],
				verdict: {
					better: 'Below the name of the role, where the original had a number; SHA256SUMS has the sums of all.',
				},
				heldBy: [byKeys, byCommands],
			},
		],
	},
	{
		title: 'Monitoring',
		promises: [
			{
				what: 'It is turned on role by role, by a checkbox',
				where: '1.5, figure 19',
				keys: 'Templates n or e, Monitoring activated; monitoring in YAML',
				commands: ['template import FILE'],
				verdict: 'same',
				heldBy: [
					byKeys,
					[
						'engine/deployments/monitoring-watch.test.ts',
						'only roles with monitoring are watched, until the end and in each process anew',
					],
				],
			},
			{
				what: 'collectd is installed on the instances by the tool itself',
				where: '1.5',
				keys: 'Deployments Enter, Tab',
				commands: ['events ID'],
				verdict: {
					better:
						'Beside the start-up, so that nothing waits for it; where it cannot be installed that is said, and the run goes on.',
				},
				heldBy: [
					[
						'engine/monitoring/install-collectd.thorough.test.ts',
						'an installation goes on beside the start-up, makes other package managers wait, and collectd is on after it',
					],
					[
						'engine/monitoring/install-collectd.thorough.test.ts',
						'where collectd cannot be installed that is said once, with the reason',
					],
				],
			},
			{
				what: 'Measurements are kept in round-robin databases of a size that stays the same',
				where: '1.5',
				keys: '',
				commands: [],
				verdict: 'same',
				heldBy: [
					[
						'engine/monitoring/collectd.thorough.test.ts',
						'a real collectd is begun once, fetched, begun again when it died, and ended with its files brought',
					],
				],
			},
			{
				what: 'Every few minutes they are fetched, and the charts drawn anew',
				where: '1.5',
				keys: 'Deployments Enter, Tab to Monitoring',
				commands: [],
				verdict: {better: 'Every minute, and only what is new.'},
				heldBy: [
					[
						'engine/monitoring/collectd-monitor.thorough.test.ts',
						'measurements of three hours come in two pieces, the older one coarse, the newer one fine and rrdtool’s own',
					],
					['engine/monitoring/read-series.test.ts', 'pieces read before are not read again'],
				],
			},
			{
				what: 'CPU, memory and load are drawn',
				where: '1.5, figures 20 and 21',
				keys: 'Deployments Enter, Tab to Monitoring; m',
				commands: [],
				verdict: {better: 'In the terminal, for each instance and all together.'},
				heldBy: [
					[
						'screens/parts/metric-charts.test.tsx',
						'one node: three charts with figures, times, a real gap, and the peak that averaging hides named',
					],
					[
						'screens/parts/metric-charts.test.tsx',
						'several nodes: named with their numbers, and one of them can be chosen',
					],
				],
			},
			{
				what: 'From the chart of memory one sees that most of it was never used, so that a smaller type would do',
				where: '1.5, figure 21',
				keys: 'Deployments Enter, Tab to Monitoring; m',
				commands: ['status ID'],
				verdict: {better: 'It stands in words, too: how much of its memory each instance has used at most.'},
				heldBy: [
					[
						'screens/parts/metric-charts.test.tsx',
						'memory stands against all that the instance has, which makes plain what was never used',
					],
					['actions/job-figures.test.ts', 'status tells how much of its memory each node has used'],
				],
			},
		],
	},
];
