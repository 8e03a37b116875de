import {AmiFormScreen} from './ami-form.js';
import {AmisScreen} from './amis.js';
import {CloudFormScreen} from './cloud-form.js';
import {CloudsScreen} from './clouds.js';
import {ConsoleScreen} from './console.js';
import {CredentialFormScreen} from './credential-form.js';
import {CredentialImportScreen} from './credential-import.js';
import {CredentialTestScreen} from './credential-test.js';
import {CredentialsScreen} from './credentials.js';
import {DeploymentScreen} from './deployment.js';
import {DeploymentFormScreen} from './deployment-form.js';
import {DeploymentsScreen} from './deployments.js';
import {ImageScreen} from './image.js';
import {ImageFormScreen} from './image-form.js';
import {ImagesScreen} from './images.js';
import {KernelFormScreen} from './kernel-form.js';
import {KernelsScreen} from './kernels.js';
import {MigrationScreen} from './migration.js';
import {MigrationFormScreen} from './migration-form.js';
import {OrphansScreen} from './orphans.js';
import {PriceFormScreen} from './price-form.js';
import {PricesScreen} from './prices.js';
import type {Route} from './route.js';
import {TemplateScreen} from './template.js';
import {TemplateExportScreen} from './template-export.js';
import {TemplateFormScreen} from './template-form.js';
import {TemplateImportScreen} from './template-import.js';
import {TemplatesScreen} from './templates.js';

/** The screen of a route. */
export function RoutedScreen({route}: {readonly route: Route}) {
	switch (route.screen) {
		case 'credentials':
			return <CredentialsScreen />;
		case 'credential-form':
			return <CredentialFormScreen name={route.name} />;
		case 'credential-import':
			return <CredentialImportScreen />;
		case 'credential-test':
			return <CredentialTestScreen name={route.name} cloud={route.cloud} />;
		case 'clouds':
			return <CloudsScreen />;
		case 'cloud-form':
			return <CloudFormScreen name={route.name} />;
		case 'prices':
			return <PricesScreen cloud={route.cloud} />;
		case 'price-form':
			return <PriceFormScreen cloud={route.cloud} type={route.type} />;
		case 'images':
			return <ImagesScreen />;
		case 'image':
			return <ImageScreen name={route.name} />;
		case 'image-form':
			return <ImageFormScreen />;
		case 'amis':
			return <AmisScreen />;
		case 'ami-form':
			return <AmiFormScreen cloud={route.cloud} id={route.id} />;
		case 'migration-form':
			return <MigrationFormScreen image={route.image} />;
		case 'migration':
			return <MigrationScreen id={route.id} />;
		case 'templates':
			return <TemplatesScreen />;
		case 'template':
			return <TemplateScreen name={route.name} />;
		case 'template-form':
			return <TemplateFormScreen name={route.name} />;
		case 'template-import':
			return <TemplateImportScreen />;
		case 'template-export':
			return <TemplateExportScreen name={route.name} />;
		case 'deployments':
			return <DeploymentsScreen />;
		case 'deployment-form':
			return <DeploymentFormScreen request={route.request} unrun={route.unrun} />;
		case 'deployment':
			return <DeploymentScreen id={route.id} />;
		case 'orphans':
			return <OrphansScreen />;
		case 'console':
			return <ConsoleScreen id={route.id} node={route.node} />;
		case 'kernels':
			return <KernelsScreen kind="kernel" />;
		case 'ramdisks':
			return <KernelsScreen kind="ramdisk" />;
		case 'kernel-form':
			return <KernelFormScreen kind={route.kind} id={route.id} cloud={route.cloud} />;
	}
}
