import {isImageId, type MachineImage} from '../cloud/cloud.js';
import {CancelledError} from '../errors/cancelled-error.js';
import type {JournalRecord} from '../jobs/journal.js';
import {stepRecord} from '../jobs/step-marks.js';
import {LoginRefusedError, RootRefusedError} from '../ssh/login-refused-error.js';
import type {Shell} from '../ssh/shell.js';
import type {DeployedRole} from './deployment.js';
import type {DeploymentRun} from './deployment-run.js';
import type {DeployedNode} from './node.js';

/** The step that tells as whom to log in to an instance; its subject is the instance. */
const loginUserStep = 'login-user';

/**
Login users of AMIs as their makers document them, and how an AMI of theirs is known: by its name, or the account it is of.

@see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/managing-users.html#ami-default-user-names
*/
const knownUsers: ReadonlyArray<{readonly user: string; readonly name: RegExp; readonly owners?: readonly string[]}> = [
	{user: 'ubuntu', name: /ubuntu/i, owners: ['099720109477']},
	{
		user: 'ec2-user',
		name: /^al20|^amzn|amazon.?linux|rhel|suse|sles|alma|oracle/i,
		owners: ['137112412989', '309956199498'],
	},
	{user: 'admin', name: /debian/i, owners: ['136693071363']},
	{user: 'rocky', name: /rocky/i, owners: ['792107900819']},
	{user: 'fedora', name: /fedora/i},
	{user: 'debian', name: /debian/i},
	{user: 'centos', name: /centos/i},
	{user: 'cloud-user', name: /eucalyptus|starter/i},
];

/**
Whom to try on an AMI that is not ours: those its name or owner speaks for, root, and the others. Root is not wanted for itself; it
knows best who the right one is, where cloud-init has set it up.
*/
export function usersToTry({name = '', owner = ''}: Partial<Pick<MachineImage, 'name' | 'owner'>>): readonly string[] {
	const likely = knownUsers.filter(known => known.name.test(name) || known.owners?.includes(owner));
	const others = knownUsers.filter(known => !likely.includes(known));
	return [...likely.map(({user}) => user), 'root', ...others.map(({user}) => user)];
}

/** Whom a role is entered as, where that need not be found out. */
export const plannedUser = ({user, logins = []}: Pick<DeployedRole, 'user' | 'logins'>): string | undefined =>
	user ?? (logins.length === 1 ? logins[0] : undefined);

/** As whom to log in to an instance: as its role says, or as was found out. Undefined while nobody knows. */
export function loginUser(
	records: readonly JournalRecord[],
	{role, instanceId}: Pick<DeployedNode, 'role' | 'instanceId'>,
): string | undefined {
	const found = stepRecord(records, loginUserStep, 'finished', instanceId)?.data?.user;
	return plannedUser(role) ?? (typeof found === 'string' ? found : undefined);
}

type ConnectAs = (user: string) => Promise<Shell>;

/** Finds out as whom to log in to instances whose AMI is not ours. */
export class LoginUsers {
	readonly #needs: Pick<DeploymentRun, 'journal' | 'nodes'>;
	/** By instance, who was refused: an sshd keeps away for a while those who fail often, and nobody is to try twice. */
	readonly #refused = new Map<string, Set<string>>();

	constructor(needs: Pick<DeploymentRun, 'journal' | 'nodes'>) {
		this.#needs = needs;
	}

	/**
	Connects as the user that is known, or else as each that may be it, one after the other; who it is, is written down. The AMI's
	own user is taken before root.

	@throws {LoginRefusedError} When none may log in.
	*/
	async connect(node: DeployedNode, connectAs: ConnectAs): Promise<Shell> {
		const known = loginUser(this.#needs.journal.records, node);
		return known === undefined ? this.#find(node, connectAs) : connectAs(known);
	}

	async #find(node: DeployedNode, connectAs: ConnectAs): Promise<Shell> {
		const {instanceId, name, role} = node;
		const refused = this.#refused.get(instanceId) ?? new Set();
		this.#refused.set(instanceId, refused);
		const waiting = [...this.#ofItsRole(node), ...(role.logins ?? usersToTry({}))];
		let ofRoot: Shell | undefined;
		try {
			for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) {
				const shell =
					refused.has(user) || (user === 'root' && ofRoot) ? undefined : await unlessRefused(connectAs, user);
				if (shell && user === 'root') {
					const named = await namedByRoot(shell);
					if (named === undefined) {
						ofRoot = shell;
					} else {
						shell.close();
						refused.add(user);
						waiting.unshift(named);
					}
				} else if (shell) {
					await this.#note(node, user);
					ofRoot?.close();
					return shell;
				} else {
					refused.add(user);
				}
			}
		} catch (error) {
			ofRoot?.close();
			throw error;
		}

		if (!ofRoot) {
			throw new LoginRefusedError(name, [...refused], undefined, sayUser);
		}

		await this.#note(node, 'root');
		return ofRoot;
	}

	/** Who it is on other instances of the same AMI. */
	#ofItsRole({role, instanceId}: DeployedNode): readonly string[] {
		const {journal, nodes} = this.#needs;
		const others = nodes().filter(other => other.role === role && other.instanceId !== instanceId);
		return [...new Set(others.flatMap(other => loginUser(journal.records, other) ?? []))];
	}

	async #note({instanceId}: DeployedNode, user: string): Promise<void> {
		await this.#needs.journal.append({
			kind: 'step',
			step: loginUserStep,
			subject: instanceId,
			mark: 'finished',
			data: {user},
		});
	}
}

const sayUser =
	"Say who logs in to this AMI (user, in the role's template); its maker documents it, and the console output may tell.";

async function unlessRefused(connectAs: ConnectAs, user: string): Promise<Shell | undefined> {
	try {
		return await connectAs(user);
	} catch (error) {
		if (error instanceof LoginRefusedError) {
			return undefined;
		}

		throw error;
	}
}

const probeLimitMs = 60_000;

/**
Who is to log in instead of root, as cloud-init has every command of root answer; then it sleeps for 10 s. Undefined where root may
do what it likes.
*/
async function namedByRoot(shell: Shell): Promise<string | undefined> {
	const said = new AbortController();
	let answer = '';
	let named: string | undefined;
	const onOutput = (text: string) => {
		answer = (answer + text).slice(0, 1000);
		named ??= /Please login as the user "([a-z_][a-z0-9_-]{0,31})" rather than/.exec(answer)?.[1];
		if (named !== undefined) {
			said.abort();
		}
	};
	try {
		await shell.run(':', {onOutput, timeoutMs: probeLimitMs, signal: said.signal});
	} catch (error) {
		if (!(error instanceof CancelledError && named !== undefined)) {
			throw error;
		}
	}

	return named;
}

/**
Sees to it that what needs root can be done on an instance, before anything is begun there.

@throws {RootRefusedError} When it cannot: no trying again helps.
*/
export async function mustReachRoot(node: DeployedNode, user: string, shell: Shell): Promise<void> {
	if (user === 'root') {
		// One that a role asks for in an AMI of others may be there only to say who is to log in.
		const named = isImageId(node.role.image) ? await namedByRoot(shell) : undefined;
		if (named !== undefined) {
			throw new LoginRefusedError(
				node.name,
				user,
				undefined,
				`Log in as ${named}, as it says: user: ${named} in the role.`,
			);
		}

		return;
	}

	const {code, stderr} = await shell.run('LC_ALL=C exec sudo -n true', {timeoutMs: probeLimitMs});
	if (code !== 0) {
		const says = stderr.trim().split('\n').at(-1)?.slice(0, 200) || `exit code ${code}`;
		const why =
			code === 127
				? `it has no sudo, and ${user} is not root`
				: `${user} may not use sudo without a password (${says})`;
		throw new RootRefusedError(node.name, why);
	}
}
