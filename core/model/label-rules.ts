// What names, label keys and label values may look like (apimachinery, pkg/util/validation). Each function gives what is
// wrong in Kubernetes' words, an empty list when nothing is.

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const value = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const configKey = /^[-._a-zA-Z0-9]+$/;

const tooLong = (max: number): string => `must be no more than ${max} characters`;

const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const label1035Text =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const qualifiedText =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const configKeyText =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function matching(text: string, pattern: RegExp, max: number, wanted: string): string[] {
  const wrong: string[] = [];
  if (text.length > max) wrong.push(tooLong(max));
  if (!pattern.test(text)) wrong.push(wanted);
  return wrong;
}

/** RFC 1123 label: `my-name`, at most 63. Names of namespaces, containers, ports of services. */
export const dns1123Label = (text: string): string[] => matching(text, label, 63, labelText);

/** The same, beginning with a letter. Names of services. */
export const dns1035Label = (text: string): string[] => matching(text, label1035, 63, label1035Text);

/** Labels joined by dots, at most 253. Names of most objects. */
export const dns1123Subdomain = (text: string): string[] => matching(text, subdomain, 253, subdomainText);

/** `name` or `prefix/name`: keys of labels and annotations, finalizers, names of resources and conditions. */
export function qualifiedNameProblems(text: string): string[] {
  const parts = text.split('/');
  const wrong: string[] = [];
  let name = text;
  if (parts.length === 2) {
    const [prefix = ''] = parts;
    name = parts[1] ?? '';
    if (prefix === '') wrong.push('prefix part must be non-empty');
    else for (const problem of dns1123Subdomain(prefix)) wrong.push(`prefix part ${problem}`);
  } else if (parts.length > 2) {
    return [
      `a qualified name ${qualifiedText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (name === '') wrong.push('name part must be non-empty');
  else if (name.length > 63) wrong.push(`name part ${tooLong(63)}`);
  if (!qualifiedPart.test(name)) wrong.push(`name part ${qualifiedText}`);
  return wrong;
}

/** At most 63, empty allowed. */
export const labelValueProblems = (text: string): string[] => matching(text, value, 63, valueText);

/** Keys of ConfigMaps and Secrets: file names, in effect. */
export function configKeyProblems(text: string): string[] {
  const wrong = matching(text, configKey, 253, configKeyText);
  if (text === '.') wrong.push("must not be '.'");
  else if (text === '..') wrong.push("must not be '..'");
  else if (text.startsWith('..')) wrong.push("must not start with '..'");
  return wrong;
}

/** Names of ports in containers: `http`, `web-2`; at most 15, with a letter. */
export function portNameProblems(text: string): string[] {
  const wrong: string[] = [];
  if (text.length > 15) wrong.push(tooLong(15));
  if (!/^[-a-z0-9]+$/.test(text)) wrong.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) wrong.push('must contain at least one letter (a-z)');
  if (text.includes('--')) wrong.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) wrong.push('must not begin or end with a hyphen');
  return wrong;
}

/** Names of environment variables: any printable ASCII but `=`. */
export const envNameProblems = (text: string): string[] =>
  /^[ -<>-~]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

export const isIPv4 = (text: string): boolean => ipv4.test(text);

export function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const mapped = last !== undefined && isIPv4(last);
  const count = groups.length + (mapped ? 1 : 0);
  const hex = mapped ? groups.slice(0, -1) : groups;
  return hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

export const ipProblems = (text: string): string[] =>
  isIPv4(text) || isIPv6(text) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];

/** A path inside a volume: relative, never upwards. */
export function localPathProblems(text: string): string[] {
  const wrong: string[] = [];
  if (text.startsWith('/')) wrong.push('must be a relative path');
  if (text.split('/').includes('..')) wrong.push("must not contain '..'");
  return wrong;
}

export const imageProblems = (text: string): string[] =>
  text.trim() === text ? [] : ['must not have leading or trailing whitespace'];

export const headerNameProblems = (text: string): string[] =>
  /^[-A-Za-z0-9]+$/.test(text)
    ? []
    : [
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ];
