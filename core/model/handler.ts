// Handlers: what a probe or a life cycle hook does inside the container or against its address.

import { Int, IntOrText, NestedList, Required, Text, TextList } from './rules.ts';

export class ExecAction {
  @TextList() readonly command?: readonly string[];
}

export class HTTPHeader {
  @Required() @Text() readonly name!: string;
  @Required() @Text() readonly value!: string;
}

export class HTTPGetAction {
  @Text() readonly path?: string;
  @Required() @IntOrText() readonly port!: number | string;
  @Text() readonly host?: string;
  @Text() readonly scheme?: string;
  @NestedList(() => HTTPHeader) readonly httpHeaders?: readonly HTTPHeader[];
}

export class TCPSocketAction {
  @Required() @IntOrText() readonly port!: number | string;
  @Text() readonly host?: string;
}

export class GRPCAction {
  @Required() @Int() readonly port!: number;
  @Text() readonly service?: string;
}

export class SleepAction {
  @Required() @Int() readonly seconds!: number;
}
