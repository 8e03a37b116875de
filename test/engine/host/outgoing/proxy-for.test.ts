import assert from 'node:assert/strict';
import {test} from 'node:test';
import {proxyFor} from '../../../../source/engine/host/outgoing/proxy-for.js';
import {withoutProxyPasswords} from '../../../../source/engine/host/outgoing/proxy-passwords.js';

const through = (address: string, environment: Record<string, string>) =>
	proxyFor(new URL(address), environment)?.url.host;

const https_proxy = 'http://proxy.uni.example:3128';
const amazon = 'https://ec2.eu-west-1.amazonaws.com';

for (const [what, address, environment, wanted] of [
	['no variable', amazon, {}, undefined],
	['https_proxy', amazon, {https_proxy}, 'proxy.uni.example:3128'],
	['HTTPS_PROXY', amazon, {HTTPS_PROXY: https_proxy}, 'proxy.uni.example:3128'],
	['the lower case before the upper', amazon, {https_proxy, HTTPS_PROXY: 'http://other:1'}, 'proxy.uni.example:3128'],
	['an empty one, which is none', amazon, {https_proxy: '', HTTPS_PROXY: 'http://other:1'}, 'other:1'],
	['all_proxy', amazon, {all_proxy: 'http://all:1', http_proxy: 'http://plain:2'}, 'all:1'],
	['http_proxy for https', amazon, {http_proxy: 'http://plain:2'}, undefined],
	['http_proxy for http', 'http://cloud.example:8773/', {http_proxy: 'http://plain:2'}, 'plain:2'],
	['https_proxy for http', 'http://cloud.example:8773/', {https_proxy}, undefined],
	['a name without a scheme', amazon, {https_proxy: 'proxy.uni.example:3128'}, 'proxy.uni.example:3128'],
	['a proxy by TLS', amazon, {https_proxy: 'https://proxy.uni.example'}, 'proxy.uni.example'],
	['a proxy by IPv6', amazon, {https_proxy: 'http://[fd00::1]:3128'}, '[fd00::1]:3128'],
] as const) {
	test(`with ${what}, ${address} is asked ${wanted === undefined ? 'directly' : `by ${wanted}`}`, () => {
		assert.equal(through(address, environment), wanted);
	});
}

for (const [entry, address, isDirect] of [
	['*', amazon, true],
	['amazonaws.com', amazon, true],
	['.amazonaws.com', amazon, true],
	['*.amazonaws.com', amazon, true],
	['AmazonAWS.COM', amazon, true],
	['zonaws.com', amazon, false],
	['ec2.eu-west-1.amazonaws.com.', 'https://ec2.eu-west-1.amazonaws.com./', true],
	['ec2.eu-west-1.amazonaws.com', 'https://ec2.eu-west-1.amazonaws.com./', true],
	['a.example, ,b.example amazonaws.com', amazon, true],
	['10.1.2.3', 'https://10.1.2.3:8773/', true],
	['10.1.2.3:8773', 'https://10.1.2.3:8773/', true],
	['10.1.2.3:443', 'https://10.1.2.3:8773/', false],
	['amazonaws.com:443', amazon, true],
	['amazonaws.com:8443', amazon, false],
	['10.0.0.0/8', 'https://10.1.2.3:8773/', true],
	['10.0.0.0/8', 'https://11.1.2.3/', false],
	['10.0.0.0/33', 'https://10.1.2.3/', false],
	['10.0.0.0/8', 'https://10.example/', false],
	['fd00::/8', 'https://[fd12::7]:8773/', true],
	['[fd12::7]', 'https://[fd12::7]:8773/', true],
	['[fd12::7]:8773', 'https://[fd12::7]:8773/', true],
	['fd12:0:0::7', 'https://[fd12::7]:8773/', true],
	['fd00::/8', 'https://[2001:db8::7]/', false],
	['0.0.0.0/0', 'https://[2001:db8::7]/', false],
	['rubbish/,/8,:,[', amazon, false],
] as const) {
	test(`NO_PROXY=${entry} lets ${address} ${isDirect ? 'past the proxy' : 'go by the proxy'}`, () => {
		assert.equal(through(address, {https_proxy, NO_PROXY: entry}), isDirect ? undefined : 'proxy.uni.example:3128');
		assert.equal(through(address, {https_proxy, no_proxy: entry, NO_PROXY: '*'}) === undefined, isDirect);
	});
}

for (const address of [
	'https://localhost:1/',
	'https://s3.localhost/',
	'https://127.3.2.1/',
	'https://[::1]/',
	'https://169.254.169.254/',
]) {
	test(`no proxy is asked for ${address}, which it cannot know`, () => {
		assert.equal(through(address, {https_proxy}), undefined);
	});
}

for (const [value, words] of [
	['http://user:pa/ss word@[bad', /^https_proxy does not name a proxy that can be read\.$/],
	['socks5://pass:word@proxy:1080', /^https_proxy names a proxy of the kind socks5, which D2CM cannot use\.$/],
] as const) {
	test(`a proxy as in ${value} is one sentence, with no word of its password`, () => {
		assert.throws(
			() => through(amazon, {https_proxy: value}),
			(error: Error & {hint: string}) => {
				assert.match(error.message, words);
				assert.doesNotMatch(error.message + error.hint, /pa\/ss|pass:word/);
				return true;
			},
		);
	});
}

for (const value of [
	'http://me:12/geheim@proxy:3128',
	'http://me:2#geheim@proxy:3128',
	'http://me:2?geheim@proxy:3128',
	'http:/me:geheim@proxy:3128',
	'http://me:geheim%@proxy:3128',
	'socks5://me:1/geheim@proxy:1080',
]) {
	test(`${value}, which a password that was not escaped may have torn, is no proxy, and no child process gets it`, () => {
		assert.throws(
			() => through(amazon, {https_proxy: value}),
			(error: Error & {hint: string}) => {
				assert.equal(error.message, 'https_proxy does not name a proxy that can be read.');
				assert.doesNotMatch(error.message + error.hint, /geheim|me:/);
				return true;
			},
		);
		assert.deepEqual(withoutProxyPasswords({https_proxy: value, PATH: '/bin'}), {
			environment: {PATH: '/bin'},
			passwords: {},
		});
	});
}

test('a proxy whose address ends with a slash is that proxy', () => {
	assert.equal(through(amazon, {https_proxy: `${https_proxy}/`}), 'proxy.uni.example:3128');
});
