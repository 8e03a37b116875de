/** What is wrong with the address of a server; follows its name in a sentence. An empty one is not looked at. */
export function addressProblem(url: string): string | undefined {
	if (url === '') {
		return undefined;
	}

	if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
		return 'must be an address beginning with https://';
	}

	const {username, password, search, hash} = new URL(url);
	if (username !== '' || password !== '') {
		return 'must hold no name and no password: those belong to the credential';
	}

	return search === '' && hash === '' ? undefined : 'must end before ? and #';
}
