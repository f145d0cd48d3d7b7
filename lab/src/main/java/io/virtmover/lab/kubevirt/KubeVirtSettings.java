// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import java.net.InetSocketAddress;

/**
 * How the stand-in's control plane behaves.
 *
 * @param webhook where the validating webhook listens and where the API server finds it; port 0
 *     takes a free one
 */
public record KubeVirtSettings(
    Flavour flavour, Quirks quirks, Gates gates, InetSocketAddress webhook) {
  /** The plain behaviour of a flavour, with a webhook on a free port of an address. */
  public static KubeVirtSettings of(Flavour flavour, String webhookHost) {
    return new KubeVirtSettings(
        flavour, Quirks.NONE, Gates.ALL, new InetSocketAddress(webhookHost, 0));
  }
}
