import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {TestContext} from 'node:test';
import {checkSignature} from './ec2-server/check-signature.js';
import {testKeys} from './ec2-server/ec2-server.js';
import {ServiceError} from './ec2-server/service-error.js';

export type PricesServer = {
	readonly url: string;
	/** Targets, in order. */
	readonly requests: string[];
	/** Tests change it: what is refused. */
	refuse: boolean;
};

type Filter = {readonly Type: string; readonly Field: string; readonly Value: string};

/** One entry as Amazon words it, shortened to the attributes that tell products apart. */
export function product(attributes: Readonly<Record<string, string>>, usd: string, unit = 'Hrs'): string {
	const sku = 'WDZRKB8HUJXEKH45';
	const offer = `${sku}.JRTCKXETXF`;
	return JSON.stringify({
		product: {
			productFamily: 'Compute Instance',
			attributes: {
				...{instanceType: 't3.small', regionCode: 'eu-west-1', operatingSystem: 'Linux', tenancy: 'Shared'},
				...{
					preInstalledSw: 'NA',
					capacitystatus: 'Used',
					licenseModel: 'No License required',
					marketoption: 'OnDemand',
				},
				...{vcpu: '2', memory: '2 GiB', servicecode: 'AmazonEC2', currentGeneration: 'Yes'},
				...attributes,
			},
			sku,
		},
		serviceCode: 'AmazonEC2',
		terms: {
			OnDemand: {
				[offer]: {
					priceDimensions: {
						[`${offer}.6YS6EN2CT7`]: {
							unit,
							endRange: 'Inf',
							description: `$${usd} per On Demand Linux ${attributes['instanceType']} Instance Hour`,
							appliesTo: [],
							rateCode: `${offer}.6YS6EN2CT7`,
							beginRange: '0',
							pricePerUnit: {USD: usd},
						},
					},
					sku,
					effectiveDate: '2026-11-01T00:00:00Z',
					offerTermCode: 'JRTCKXETXF',
					termAttributes: {},
				},
			},
			Reserved: {},
		},
		version: '20261120201234',
		publicationDate: '2026-11-20T20:12:34Z',
	});
}

/** Pricing and Service Quotas on the loopback: signatures, region, filters and pages are checked as Amazon does. */
export async function startPricesServer(
	t: TestContext,
	products: readonly string[],
	quotas: Readonly<Record<string, number>> = {},
	/** Nobody has changed them: only GetAWSDefaultServiceQuota knows them. */
	defaults: Readonly<Record<string, number>> = {},
): Promise<PricesServer> {
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) {
			chunks.push(chunk as Buffer);
		}

		const body = Buffer.concat(chunks);
		const target = String(request.headers['x-amz-target']);
		result.requests.push(target);
		const answer = (status: number, value: object) => {
			response.writeHead(status, {'Content-Type': 'application/x-amz-json-1.1', Date: new Date().toUTCString()});
			response.end(JSON.stringify(value));
		};
		try {
			const service = target.startsWith('AWSPriceListService.') ? 'pricing' : 'servicequotas';
			const accounts = new Map([
				[
					testKeys.accessKeyId,
					{secretKey: testKeys.secretAccessKey, state: 'valid' as const, denied: new Set<string>()},
				],
			]);
			checkSignature(request, body, {accounts, now: new Date(), service});
			if (result.refuse) {
				throw new ServiceError(400, 'AccessDeniedException', 'User is not authorized to perform this action.');
			}

			const [, region] = String(request.headers.authorization).split('/').slice(1);
			const input = JSON.parse(body.toString());
			const known = target.endsWith('.GetAWSDefaultServiceQuota') ? defaults : quotas;
			answer(200, service === 'pricing' ? getProducts(products, input, region) : getQuota(known, input));
		} catch (error) {
			if (!(error instanceof ServiceError)) {
				throw error;
			}

			answer(error.status, {__type: error.code, Message: error.message, message: error.message});
		}
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const result: PricesServer = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests: [],
		refuse: false,
	};
	return result;
}

const pageSize = 2;

function getProducts(
	products: readonly string[],
	input: {ServiceCode?: string; Filters?: readonly Filter[]; NextToken?: string; MaxResults?: number},
	region: string | undefined,
): object {
	if (region !== 'us-east-1') {
		throw new ServiceError(400, 'InvalidParameterException', `There is no price list in ${region}.`);
	}

	if (input.ServiceCode !== 'AmazonEC2' || !(Number(input.MaxResults) <= 100)) {
		throw new ServiceError(400, 'InvalidParameterException', 'ServiceCode or MaxResults is wrong.');
	}

	const chosen = products.filter(entry => {
		const {attributes} = JSON.parse(entry).product;
		return (input.Filters ?? []).every(({Type, Field, Value}) => {
			if (Type !== 'TERM_MATCH') {
				throw new ServiceError(400, 'InvalidParameterException', `Type ${Type} is wrong.`);
			}

			return attributes[Field] === Value;
		});
	});
	const from = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, 'base64').toString());
	const next = from + pageSize;
	return {
		FormatVersion: 'aws_v1',
		PriceList: chosen.slice(from, next),
		...(next < chosen.length && {NextToken: Buffer.from(String(next)).toString('base64')}),
	};
}

const quotaNames: Readonly<Record<string, readonly [service: string, name: string]>> = {
	'L-1216C47A': ['ec2', 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances'],
	'L-B665C33B': ['ec2', 'AMIs'],
	'L-309BACF6': ['ebs', 'Snapshots per Region'],
};

function getQuota(
	quotas: Readonly<Record<string, number>>,
	{ServiceCode, QuotaCode = ''}: {ServiceCode?: string; QuotaCode?: string},
): object {
	const value = quotas[QuotaCode];
	const [service, name] = quotaNames[QuotaCode] ?? [];
	if (ServiceCode !== service || value === undefined) {
		throw new ServiceError(
			400,
			'NoSuchResourceException',
			'The request failed because the specified resource does not exist.',
		);
	}

	return {
		Quota: {
			ServiceCode,
			QuotaCode,
			QuotaName: name,
			Value: value,
			Unit: 'None',
			Adjustable: true,
			GlobalQuota: false,
		},
	};
}
