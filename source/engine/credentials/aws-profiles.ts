import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {type Ini, parseIni} from './parse-ini.js';

/** One profile of the shared AWS configuration. */
export type AwsProfile = {
	readonly name: string;
	/** Where its keys come from. `none`: it only holds settings, such as a region. */
	readonly source: 'keys' | 'temporary keys' | 'role' | 'sso' | 'login' | 'program' | 'none';
	/** Empty where it names none. */
	readonly region: string;
	/** The file its keys stand in, where they do. */
	readonly file: string;
};

export type AwsFiles = {readonly credentials: string; readonly config: string};

/** Where the shared AWS configuration is, by Amazon's own rule. */
export function awsFiles(environment: NodeJS.ProcessEnv = process.env): AwsFiles {
	return {
		credentials: environment.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), '.aws', 'credentials'),
		config: environment.AWS_CONFIG_FILE || join(homedir(), '.aws', 'config'),
	};
}

/** Every profile there is, by name; none when there are no files. Secrets are looked at and not given out. */
export async function awsProfiles(files: AwsFiles = awsFiles()): Promise<readonly AwsProfile[]> {
	const [credentials, config] = await Promise.all([readIni(files.credentials), readIni(files.config)]);
	const names = new Set([...credentials.keys(), ...[...config.keys()].flatMap(profileOfConfig)]);
	return [...names].toSorted().map(name => {
		const own = credentials.get(name);
		const settings = settingsOf(config, name);
		const hasKeys = (section: ReadonlyMap<string, string> | undefined) => section?.has('aws_access_key_id') === true;
		const all = new Map([...settings, ...(own ?? [])]);
		return {
			name,
			source: sourceOf(all),
			region: all.get('region') ?? '',
			file: hasKeys(own) ? files.credentials : hasKeys(settings) ? files.config : '',
		};
	});
}

/** The keys that stand in a profile as they are; undefined where they are got in another way. */
export async function staticKeys(
	name: string,
	files: AwsFiles = awsFiles(),
): Promise<{readonly accessKey: string; readonly secretKey: string} | undefined> {
	const [credentials, config] = await Promise.all([readIni(files.credentials), readIni(files.config)]);
	const all = new Map([...settingsOf(config, name), ...(credentials.get(name) ?? [])]);
	return sourceOf(all) === 'keys'
		? {accessKey: all.get('aws_access_key_id') ?? '', secretKey: all.get('aws_secret_access_key') ?? ''}
		: undefined;
}

/** In the configuration every profile but the default one has a prefix. */
function profileOfConfig(section: string): readonly string[] {
	const name = /^profile\s/.test(section)
		? section
				.slice('profile'.length)
				.trim()
				.replaceAll(/^["']|["']$/g, '')
		: undefined;
	return section === 'default' ? ['default'] : name === undefined ? [] : [name];
}

function settingsOf(config: Ini, name: string): ReadonlyMap<string, string> {
	const sections = [...config].filter(([section]) => profileOfConfig(section).includes(name));
	return new Map(sections.flatMap(([, settings]) => [...settings]));
}

/** In the order in which the SDK looks. */
function sourceOf(settings: ReadonlyMap<string, string>): AwsProfile['source'] {
	const has = (name: string) => (settings.get(name) ?? '') !== '';
	if (has('role_arn')) {
		return 'role';
	}

	if (has('aws_access_key_id') && has('aws_secret_access_key')) {
		return has('aws_session_token') ? 'temporary keys' : 'keys';
	}

	if (has('credential_process')) {
		return 'program';
	}

	if (has('sso_session') || has('sso_start_url') || has('sso_account_id')) {
		return 'sso';
	}

	return has('login_session') ? 'login' : 'none';
}

async function readIni(file: string): Promise<Ini> {
	try {
		return parseIni(await readFile(file, 'utf8'));
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') {
			return new Map();
		}

		throw error;
	}
}
