// The machine as a pod sees it: its host name and its one network card.
'use strict';

const os = require('node:os');

function patch(pod) {
  if (pod.hostname !== '') os.hostname = () => pod.hostname;
  if (pod.address === '') return;
  const mac = `0a:58:${pod.address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join(':')}`;
  os.networkInterfaces = () => ({
    lo: [
      {
        address: '127.0.0.1',
        netmask: '255.0.0.0',
        family: 'IPv4',
        mac: '00:00:00:00:00:00',
        internal: true,
        cidr: '127.0.0.1/8',
      },
    ],
    eth0: [
      {
        address: pod.address,
        netmask: '255.255.255.0',
        family: 'IPv4',
        mac,
        internal: false,
        cidr: `${pod.address}/24`,
      },
    ],
  });
}

module.exports = { patch };
