/** The first line of a generated page. @param sources what it is made of */
export function notice(sources: string): string {
  return `<!-- Generated from ${sources} by \`npm run docs\`. Do not edit. -->\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Outside of code, `<` would begin an HTML tag; a bar would end the cell everywhere. */
function cell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('')
    .replaceAll('|', '\\|');
}
