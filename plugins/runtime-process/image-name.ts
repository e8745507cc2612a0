// Image names: `docker.io/library/nginx:1.27@sha256:...` taken apart by the rules of the distribution specification, and
// put into the one form by which the catalogue knows it (`nginx`).

import { ImageError } from '../../core/contracts/container-runtime.ts';

export interface ImageName {
  /** The shortest form that means the same: `nginx`, `kubelab/web`, `registry.k8s.io/pause`. */
  readonly repository: string;
  /** `latest` where none is written and there is no digest. */
  readonly tag: string;
  /** A program of the machine, for `host/NAME`. */
  readonly hostProgram?: string;
}

const domain =
  '(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?)';
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const reference = new RegExp(
  `^((?:${domain}/)?${part}(?:/${part})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][\\w+.-]*:[0-9a-fA-F]{32,}))?$`,
);

/** Places that keep copies of Docker Hub's or Kubernetes' images under other names. */
const mirrors: readonly (readonly [RegExp, string])[] = [
  [/^(?:index\.)?docker\.io\//, ''],
  [/^(?:mirror\.gcr\.io|public\.ecr\.aws\/docker)\/library\//, ''],
  [/^library\//, ''],
  [/^(?:k8s\.gcr\.io|gcr\.io\/google[_-]containers)\//, 'registry.k8s.io/'],
];

/** @throws ImageError InvalidImageName, in the words of the kubelet. */
export function parseImageName(image: string): ImageName {
  const host = /^host\/([\w.+-]+?)(?::latest)?$/.exec(image);
  if (host?.[1]) return { repository: image, tag: 'latest', hostProgram: host[1] };
  const match = reference.exec(image);
  if (!match?.[1] || match[1].length > 255) {
    const lower = reference.test(image.toLowerCase()) ? ': repository name must be lowercase' : '';
    throw new ImageError(
      'InvalidImageName',
      `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format${lower}`,
    );
  }
  const repository = mirrors.reduce((name, [from, to]) => name.replace(from, to), match[1]);
  return { repository, tag: match[2] ?? (match[3] ? match[3].slice(0, 19) : 'latest') };
}
