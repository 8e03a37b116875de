import {CapacityError} from '../engine/cloud/capacity-error.js';
import type {Cloud} from '../engine/cloud/cloud.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {withType} from '../engine/deployments/as-reserved.js';
import {capacityRequests} from '../engine/deployments/capacity-requests.js';
import {type Configuration, configurationOf, requestOf} from '../engine/deployments/configuration.js';
import type {DeployedRole, Deployment} from '../engine/deployments/deployment.js';
import {readDeployment, writeDeployment} from '../engine/deployments/deployment-file.js';
import {newDeploymentId} from '../engine/deployments/deployment-id.js';
import {newestAmi} from '../engine/deployments/newest-ami.js';
import {ofRole} from '../engine/deployments/of-role.js';
import {checkRequest, type PlanInput, planDeployment, typesToPrice} from '../engine/deployments/plan.js';
import {mayWait} from '../engine/deployments/steps/check-capacity.js';
import type {UnrunDeployment} from '../engine/deployments/unrun.js';
import {formatBytes} from '../engine/host/format-bytes.js';
import {checkTemplate} from '../engine/templates/check-template.js';
import type {Role, Template} from '../engine/templates/template.js';
import {templateChanges} from '../engine/templates/template-changes.js';
import {TemplateError} from '../engine/templates/template-error.js';
import {type UploadWalk, walkUploads} from '../engine/templates/walk-uploads.js';
import type {AmiEntry, CloudEntry} from '../store/database.js';
import {inHome} from '../store/in-home.js';
import {makePrivateFolder} from '../store/private-folder.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, DeploymentPlan, DeploymentRequest} from './d2cm.js';
import {UnknownJobError} from './errors/unknown-job-error.js';
import {imageOrigin} from './image-origin.js';
import {unrunSummary} from './job-actions.js';
import {deploymentFolder, findAny, findJob, type JobDefinition, listAll} from './job-folders.js';
import {lastRun} from './last-run.js';
import {mustHaveRoom} from './must-have-room.js';
import {findNamed} from './named-entries.js';
import {roleImages} from './role-images.js';
import {beginUnrun, changeUnrun, findUnrun, makeUnrun} from './unrun-folders.js';

type DeploymentActions = Pick<
	D2cm,
	| 'planDeployment'
	| 'planRerun'
	| 'planStart'
	| 'startDeployment'
	| 'keepDeployment'
	| 'changeDeployment'
	| 'cloneDeployment'
>;

export function deploymentActions(
	{paths, store, cloud: openCloud, changed}: ActionContext,
	start: (job: JobDefinition) => ReturnType<D2cm['job']>,
): DeploymentActions {
	/** `isExact`: on no other AMIs than those it is configured with. */
	const plan = async (
		{template, amis}: Configuration,
		request: PlanInput['request'],
		{id, isExact = false}: {readonly id?: string; readonly isExact?: boolean} = {},
	): Promise<DeploymentPlan> => {
		const {images, amis: allAmis, installation, clouds} = store.data();
		const cloud = await openCloud(request.cloud);
		const pinned = amis?.cloud === request.cloud ? amis.ids : {};
		const walks = await walkUploads(template.roles);
		const findings = await checkTemplate(template, {
			walks,
			images: [...images.map(({name}) => name), ...template.roles.filter(isPinnedIn(pinned)).map(({image}) => image)],
		});
		const faults = findings.filter(({level}) => level === 'fault').map(({text}) => text);
		if (faults.length > 0) {
			throw new TemplateError(faults);
		}

		const [instanceTypes, found] = await Promise.all([
			cloud.instanceTypes(),
			roleImages(cloud, template, store.data(), {pinned, isExact}),
		]);
		const {cloud: where, problemSize = template.problemSize} = request;
		const last = await lastRun(paths, {template: template.name, cloud: where, problemSize});
		await mustHaveRoom(paths.home, last?.resultBytes);
		const cloudAmis = allAmis.filter(ami => ami.cloud === request.cloud);
		const {remarks: ofImages, ...known} = found;
		const offered = {template, request, instanceTypes, amis: cloudAmis, ...known};
		const planned = planDeployment({
			...offered,
			spotPrices: await cloud.spotPrices?.(typesToPrice(offered)),
			canStop: cloud.start !== undefined,
			installation,
			id: id ?? (await newId()),
			now: new Date(),
			charges: chargesOf(clouds.find(({name}) => name === request.cloud)),
			expectedHours: last?.hours,
		});
		const roles = await Promise.all(
			planned.deployment.roles.map(async role => {
				const ami = cloudAmis.find(({id: imageId}) => imageId === role.imageId);
				const origin = ami && ami.image !== '' ? await imageOrigin(paths, ami) : undefined;
				return {...role, ...(origin && {origin}), ...inputsOf(walks, role)};
			}),
		);
		const remarks = [
			...findings.map(({text}) => text),
			...ofImages,
			...planned.remarks,
			...roles.flatMap(role =>
				roomRemarks(
					role,
					cloudAmis.find(({id: imageId}) => imageId === role.imageId),
				),
			),
			...roles.flatMap(role => amiRemarks(role, ofRole(pinned, role), cloudAmis)),
			...(await capacityRemarks(cloud, roles, request)),
			...(await startRemarks(cloud, roles)),
		];
		return {...planned, deployment: {...planned.deployment, roles}, remarks};
	};

	const newId = async () =>
		newDeploymentId((await listAll(paths)).map(found => (found.kind === 'unrun' ? found : found.definition).id));

	const findDeployment = async (id: string): Promise<Deployment> => {
		const job = await findJob(paths, id);
		if (job.kind !== 'deployment') {
			throw new UnknownJobError(id);
		}

		return readDeployment(job.folder);
	};

	/** What a deployment runs and was asked for, started or not. */
	const deploymentAsMade = async (id: string): Promise<Configuration & Pick<UnrunDeployment, 'request'>> => {
		const found = await findAny(paths, id);
		if (found.kind === 'unrun') {
			return (await findUnrun(paths, id)).unrun;
		}

		const deployment = await findDeployment(id);
		return {...configurationOf(deployment), request: requestOf(deployment)};
	};

	const configurationFor = async ({template, rolesOf}: DeploymentRequest): Promise<Configuration> => {
		await store.refresh();
		return rolesOf === undefined
			? {template: findNamed('template', store.data().templates, template)}
			: deploymentAsMade(rolesOf);
	};

	/** Nobody may be there to hear of a wrong name when it is started. */
	const checked = async (
		wanted: DeploymentRequest,
	): Promise<Pick<UnrunDeployment, 'template' | 'amis' | 'request'>> => {
		const {template, amis} = await configurationFor(wanted);
		const {template: _name, rolesOf: _id, ...request} = wanted;
		findNamed('cloud', store.data().clouds, request.cloud);
		checkRequest(template, request);
		return {template, ...(amis && {amis}), request};
	};

	return {
		planDeployment: async request => plan(await configurationFor(request), request),
		async planRerun(id) {
			await store.refresh();
			const before = await findDeployment(id);
			return plan(configurationOf(before), requestOf(before), {isExact: true});
		},
		async planStart(id) {
			await store.refresh();
			const {unrun} = await findUnrun(paths, id);
			return {...(await plan(unrun, unrun.request, {id})), unrun};
		},
		async startDeployment({deployment: planned, unrun}) {
			// Its time begins now, however long the plan was looked at.
			const deployment = {...planned, createdAt: new Date().toISOString()};
			const folder = deploymentFolder(paths, deployment);
			if (unrun) {
				await beginUnrun(paths, unrun, deployment);
			} else {
				await inHome(paths.home, async () => {
					await makePrivateFolder(folder);
					await writeDeployment(folder, deployment);
				});
			}

			return start({kind: 'deployment', folder, definition: deployment});
		},
		async keepDeployment(request) {
			const made = await checked(request);
			const unrun = await makeUnrun(paths, {id: await newId(), createdAt: new Date().toISOString(), ...made});
			changed();
			return unrunSummary(unrun);
		},
		async changeDeployment(id, request) {
			const {template} = await findUnrun(paths, id);
			const made = await checked({...request, template, rolesOf: request.rolesOf && id});
			const unrun = await changeUnrun(paths, id, ({createdAt}) => ({id, createdAt, ...made}));
			changed();
			return unrunSummary(unrun);
		},
		async cloneDeployment(id) {
			await store.refresh();
			const {template, amis, request} = await deploymentAsMade(id);
			const now = store.data().templates.find(({name}) => name === template.name);
			const changes = now ? templateChanges(template, asAsked(now, template, request)) : [];
			return {
				request: {...request, template: template.name, rolesOf: id},
				template,
				...(amis && {amis}),
				templateNow: now === undefined ? 'removed' : changes.length > 0 ? 'changed' : 'same',
				changes,
			};
		},
	};
}

const isPinnedIn =
	(pinned: Readonly<Record<string, string>>) =>
	(role: Role): boolean =>
		ofRole(pinned, role) !== undefined;

/** A template without the differences that are no others than what was asked for. */
function asAsked(now: Template, then: Template, {maxHours}: PlanInput['request']): Template {
	return {
		...now,
		maxRunMinutes: maxHours === undefined ? now.maxRunMinutes : then.maxRunMinutes,
		roles: now.roles.map(role => {
			const before = then.roles.find(({name}) => name === role.name);
			if (before === undefined) {
				return role;
			}

			const {spotMaxUsd: _, ...rest} = role;
			const {count, spot, spotMaxUsd, otherTypes} = before;
			return {...rest, count, spot, otherTypes, ...(spotMaxUsd !== undefined && {spotMaxUsd})};
		}),
	};
}

/** What is not the same as before, or could be newer, where a role had an AMI. */
function amiRemarks(
	{name, image, imageId}: DeployedRole,
	pinned: string | undefined,
	amis: readonly AmiEntry[],
): readonly string[] {
	if (pinned === undefined) {
		return [];
	}

	const newest = newestAmi(amis, image);
	const createdAt = amis.find(({id}) => id === pinned)?.createdAt;
	if (imageId !== pinned) {
		return [`The AMI ${pinned} of ${name} is gone: it runs ${imageId}, the newest of the image ${image}.`];
	}

	return newest && createdAt !== undefined && newest.createdAt > createdAt
		? [`${name} runs the AMI ${imageId}, as before; ${newest.id} of the image ${image} is newer.`]
		: [];
}

/** What is noted of its uploads, to be compared when it starts. */
function inputsOf(walks: readonly UploadWalk[], {name, uploads}: DeployedRole): Pick<DeployedRole, 'inputs'> {
	const {files, bytes, modifiedAt} = walks.find(({role}) => role === name) ?? {};
	return uploads.length > 0 && files !== undefined && bytes !== undefined && modifiedAt !== undefined
		? {inputs: {files, bytes, modifiedAt}}
		: {};
}

/** No more than a remark: other file systems may be mounted there. */
function roomRemarks({name, inputs}: DeployedRole, ami: AmiEntry | undefined): readonly string[] {
	return inputs && ami?.virtualBytes !== undefined && inputs.bytes > ami.virtualBytes
		? [
				`role ${name}: its uploads are ${formatBytes(inputs.bytes)}, more than the whole disk of ${ami.image}, ${formatBytes(ami.virtualBytes)}`,
			]
		: [];
}

/**
Whether it would fit, as far as the cloud can tell. Where other types will do, the reservation tells; where it is to wait, no more than a
remark.

@throws {CapacityError}
*/
async function capacityRemarks(
	cloud: Cloud,
	roles: readonly DeployedRole[],
	request: Pick<DeploymentRequest, 'whenFull'>,
): Promise<readonly string[]> {
	const unfit = async (some: readonly DeployedRole[]) =>
		cloud.checkCapacity(capacityRequests(some)).then(
			() => [],
			(error: unknown) => {
				if (error instanceof CapacityError && roles.some(({others = []}) => others.length > 0)) {
					return [error.message];
				}

				if (error instanceof CapacityError && mayWait(request, error)) {
					return [`${error.message} It waits for room.`];
				}

				throw error;
			},
		);
	const asked = [roles, ...roles.flatMap(role => role.otherTypes.map(name => [withType(role, name)]))];
	const remarks = await Promise.all(asked.map(unfit));
	return remarks.flat();
}

/** No more than a remark: a right that is given for what carries our tags cannot be seen before that is there. */
async function startRemarks(cloud: Cloud, roles: readonly DeployedRole[]): Promise<readonly string[]> {
	const isMissing = roles.some(({stops}) => stops) && (await cloud.mayStart?.()) === false;
	return isMissing
		? [
				'The credential has no right to ec2:StartInstances, as far as can be told before: instances that stop when their lease is over stay so, with their disks, until it has.',
			]
		: [];
}

/** As the original tool named them. */
const chargesOf = (cloud: CloudEntry | undefined) =>
	cloud && traitsOf(cloud.kind).prices === 'amazon' ? 'AWS charges' : undefined;
