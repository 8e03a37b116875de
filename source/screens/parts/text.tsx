import {Text as InkText, type TextProps} from 'ink';
import {Children} from 'react';
import {plainText} from '../../engine/host/terminal-text.js';

/** The only text that screens draw, whoever it is from: one line, and nothing in it acts on the terminal. */
export function Text({children, ...props}: TextProps) {
	return (
		<InkText {...props}>
			{Children.map(children, child => (typeof child === 'string' ? plainText(child) : child))}
		</InkText>
	);
}
