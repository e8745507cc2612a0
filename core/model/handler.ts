// Handlers: what a probe or a life cycle hook does inside the container or against its address.

import { Form, Int, OneOf, Port, PortOrName } from './field-rules.ts';
import { headerNameProblems } from './label-rules.ts';
import { NestedList, Required, Text, TextList } from './rules.ts';

export class ExecAction {
  @Required() @TextList() readonly command?: readonly string[];
}

export class HTTPHeader {
  @Required() @Form('header name', headerNameProblems) readonly name!: string;
  @Text() readonly value!: string;
}

export class HTTPGetAction {
  @Text() readonly path?: string;
  @Required() @PortOrName() readonly port!: number | string;
  @Text() readonly host?: string;
  @OneOf('HTTP', 'HTTPS') readonly scheme?: string;
  @NestedList(() => HTTPHeader) readonly httpHeaders?: readonly HTTPHeader[];
}

export class TCPSocketAction {
  @Required() @PortOrName() readonly port!: number | string;
  @Text() readonly host?: string;
}

export class GRPCAction {
  @Required() @Port() readonly port!: number;
  @Text() readonly service?: string;
}

export class SleepAction {
  @Required() @Int() readonly seconds!: number;
}
