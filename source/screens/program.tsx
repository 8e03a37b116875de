import {useCallback} from 'react';
import type {D2cm} from '../actions/d2cm.js';
import {D2cmContext} from './hooks/use-d2cm.js';
import {JobsContext, useJobsPoll} from './hooks/use-jobs.js';
import {NoticeContext, useNotices} from './hooks/use-notice.js';
import {NowContext} from './hooks/use-now.js';
import {RouteContext, useRouter} from './hooks/use-route.js';
import {type TerminalActions, TerminalContext} from './hooks/use-terminal.js';
import {LiveJobsContext} from './parts/global-keys.js';
import {KeyDispatcher} from './parts/key-dispatcher.js';
import {type Look, LookContext} from './parts/look.js';
import type {Route} from './route.js';
import {RoutedScreen} from './routed-screen.js';

const firstRoute: Route = {screen: 'deployments'};

const noTerminal: TerminalActions = {repaint: () => undefined, stop: async () => undefined};

/** The whole program on the screen: what all screens share, and the screen the user is at. */
export function Program({
	d2cm,
	look,
	first = firstRoute,
	now = Date.now,
	terminal = noTerminal,
	words = [],
}: {
	readonly d2cm: D2cm;
	readonly look: Look;
	readonly first?: Route;
	readonly now?: () => number;
	readonly terminal?: TerminalActions;
	/** What the user must know first, such as what happened to a job while nobody looked. */
	readonly words?: readonly string[];
}) {
	return (
		<D2cmContext value={d2cm}>
			<NowContext value={now}>
				<LookContext value={look}>
					<TerminalContext value={terminal}>
						<KeyDispatcher>
							<Shell first={first} words={words} />
						</KeyDispatcher>
					</TerminalContext>
				</LookContext>
			</NowContext>
		</D2cmContext>
	);
}

function Shell({first, words}: {readonly first: Route; readonly words: readonly string[]}) {
	const notices = useNotices(words.join(' '));
	const {clear} = notices;
	const router = useRouter(
		first,
		useCallback(() => clear({all: true}), [clear]),
	);
	const jobs = useJobsPoll();
	const live = (jobs.value ?? []).filter(({alive, end}) => alive && end === undefined).length;
	return (
		<NoticeContext value={notices}>
			<RouteContext value={router}>
				<JobsContext value={jobs}>
					<LiveJobsContext value={live}>
						<RoutedScreen key={`${router.depth} ${JSON.stringify(router.route)}`} route={router.route} />
					</LiveJobsContext>
				</JobsContext>
			</RouteContext>
		</NoticeContext>
	);
}
