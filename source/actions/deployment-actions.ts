import {CapacityError} from '../engine/cloud/capacity-error.js';
import type {Cloud} from '../engine/cloud/cloud.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {UnknownImageError} from '../engine/cloud/unknown-image-error.js';
import {withType} from '../engine/deployments/as-reserved.js';
import {capacityRequests} from '../engine/deployments/capacity-requests.js';
import type {DeployedRole, Deployment} from '../engine/deployments/deployment.js';
import {writeDeployment} from '../engine/deployments/deployment-file.js';
import {newDeploymentId} from '../engine/deployments/deployment-id.js';
import {type PlanInput, planDeployment, typesToPrice} from '../engine/deployments/plan.js';
import {checkTemplate} from '../engine/templates/check-template.js';
import {roleSchema, type Template, templateSchema} from '../engine/templates/template.js';
import {TemplateError} from '../engine/templates/template-error.js';
import type {CloudEntry} from '../store/database.js';
import {inHome} from '../store/in-home.js';
import {makePrivateFolder} from '../store/private-folder.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, DeploymentPlan, DeploymentRequest} from './d2cm.js';
import {UnknownJobError} from './errors/unknown-job-error.js';
import {imageOrigin} from './image-origin.js';
import {deploymentFolder, findJob, type JobDefinition, listJobs} from './job-folders.js';
import {lastRun} from './last-run.js';
import {mustHaveRoom} from './must-have-room.js';
import {findNamed} from './named-entries.js';
import {rememberPlace} from './places.js';

type DeploymentActions = Pick<D2cm, 'planDeployment' | 'planRerun' | 'startDeployment' | 'cloneDeployment'>;

export function deploymentActions(
	{paths, store, cloud: openCloud}: ActionContext,
	start: (job: JobDefinition) => ReturnType<D2cm['job']>,
): DeploymentActions {
	const plan = async (
		template: Template,
		amis: PlanInput['amis'],
		request: DeploymentRequest,
	): Promise<DeploymentPlan> => {
		const {images, amis: allAmis, installation, clouds} = store.data();
		const cloud = await openCloud(request.cloud);
		const findings = await checkTemplate(template, {images: images.map(({name}) => name)});
		const faults = findings.filter(({level}) => level === 'fault').map(({text}) => text);
		if (faults.length > 0) {
			throw new TemplateError(faults);
		}

		const [instanceTypes, known] = await Promise.all([cloud.instanceTypes(), cloud.images()]);
		const {cloud: where, problemSize = template.problemSize} = request;
		const last = await lastRun(paths, {template: template.name, cloud: where, problemSize});
		await mustHaveRoom(paths.home, last?.resultBytes);
		const offered = {template, request, instanceTypes, amis, images: known};
		const planned = planDeployment({
			...offered,
			spotPrices: await cloud.spotPrices?.(typesToPrice(offered)),
			canStop: cloud.start !== undefined,
			installation,
			id: newDeploymentId((await listJobs(paths)).map(({definition}) => definition.id)),
			now: new Date(),
			charges: chargesOf(clouds.find(({name}) => name === request.cloud)),
			expectedHours: last?.hours,
		});
		const ids = known.map(({id}) => id);
		const missing = planned.deployment.roles.find(({imageId}) => !ids.includes(imageId));
		if (missing) {
			throw new UnknownImageError(missing.imageId, cloud.name, ids);
		}

		const roles = await Promise.all(
			planned.deployment.roles.map(async role => {
				const ami = allAmis.find(({id, cloud: where}) => id === role.imageId && where === request.cloud);
				return ami ? {...role, origin: await imageOrigin(paths, ami)} : role;
			}),
		);
		const remarks = [
			...findings.map(({text}) => text),
			...planned.remarks,
			...(await capacityRemarks(cloud, roles)),
			...(await startRemarks(cloud, roles)),
		];
		return {...planned, deployment: {...planned.deployment, roles}, remarks};
	};

	const find = async (id: string): Promise<Deployment> => {
		const job = await findJob(paths, id);
		if (job.kind !== 'deployment') {
			throw new UnknownJobError(id);
		}

		return job.definition;
	};

	return {
		async planDeployment(request) {
			await store.refresh();
			const {templates, amis} = store.data();
			return plan(
				findNamed('template', templates, request.template),
				amis.filter(ami => ami.cloud === request.cloud),
				request,
			);
		},
		async planRerun(id) {
			await store.refresh();
			const before = await find(id);
			const template = templateSchema.parse({
				name: before.template,
				roles: before.roles.map(role => roleSchema.strip().parse(role)),
				maxRunMinutes: before.maxRunMinutes,
				holdMinutes: before.holdMinutes,
			});
			const amis = before.roles.map(({imageId, image}) => ({id: imageId, image, createdAt: before.createdAt}));
			return plan(template, amis, cloneRequest(before));
		},
		async startDeployment({deployment: planned}) {
			// Its time begins now, however long the plan was looked at.
			const deployment = {...planned, createdAt: new Date().toISOString()};
			const folder = deploymentFolder(paths, deployment);
			await inHome(paths.home, async () => {
				await makePrivateFolder(folder);
				await writeDeployment(folder, deployment);
			});
			const {id, template, cloud, problemSize, createdAt} = deployment;
			await store.update(draft => {
				draft.deployments = [
					...draft.deployments.filter(entry => entry.id !== id),
					{id, template, cloud, problemSize, createdAt},
				];
				rememberPlace(draft, cloud);
			});
			return start({kind: 'deployment', folder, definition: deployment});
		},
		cloneDeployment: async id => cloneRequest(await find(id)),
	};
}

/**
Whether it would fit, as far as the cloud can tell. Where other types will do, the reservation tells.

@throws {CapacityError}
*/
async function capacityRemarks(cloud: Cloud, roles: readonly DeployedRole[]): Promise<readonly string[]> {
	const unfit = async (some: readonly DeployedRole[]) =>
		cloud.checkCapacity(capacityRequests(some)).then(
			() => [],
			(error: unknown) => {
				if (error instanceof CapacityError && roles.some(({others = []}) => others.length > 0)) {
					return [error.message];
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

function cloneRequest({
	template,
	cloud,
	problemSize,
	roles,
	capUsd,
	leaseHours,
	leaseEnds,
	maxHours,
}: Deployment): Awaited<ReturnType<D2cm['cloneDeployment']>> {
	const mosts = roles.flatMap(({name, spotMaxUsd}) => (spotMaxUsd === undefined ? [] : [[name, spotMaxUsd] as const]));
	return {
		template,
		cloud,
		problemSize,
		types: Object.fromEntries(roles.map(role => [role.name, role.instanceType])),
		counts: Object.fromEntries(roles.map(role => [role.name, role.count])),
		spot: Object.fromEntries(roles.map(role => [role.name, role.spot])),
		otherTypes: Object.fromEntries(roles.map(role => [role.name, role.otherTypes])),
		...(mosts.length > 0 && {spotMaxUsd: Object.fromEntries(mosts)}),
		...(capUsd !== undefined && {capUsd}),
		...(maxHours !== undefined && {maxHours}),
		...(leaseHours !== undefined && {leaseHours}),
		...(leaseEnds !== undefined && {leaseEnds}),
	};
}
