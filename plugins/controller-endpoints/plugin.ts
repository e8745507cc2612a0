// Wires three controllers: EndpointSlices, which proxies read; Endpoints, their older form; and from hand-made Endpoints
// to EndpointSlices.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { EndpointSliceController } from './endpoint-slice-controller.ts';
import { EndpointsController } from './endpoints-controller.ts';
import { EndpointsMirror } from './endpoints-mirror.ts';

export const controllerEndpoints = plugin({
  name: 'controller-endpoints',
  description: 'writes down which pods are behind each Service, as EndpointSlices and Endpoints',
  provides: [Controller],
  browserSafe: true,
  bind({ bind }) {
    bind(Controller).toResolvedValue((client: ApiClient) => new EndpointSliceController(client), [ApiClient]);
    bind(Controller).toResolvedValue((client: ApiClient) => new EndpointsController(client), [ApiClient]);
    bind(Controller).toResolvedValue((client: ApiClient) => new EndpointsMirror(client), [ApiClient]);
  },
});
export default controllerEndpoints;
