// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.virtmover.lab.kubevirt.api.Release;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * How the stand-in's control plane behaves.
 *
 * @param gates asked whenever it matters: they may change while the stand-in runs
 * @param webhook where the validating webhook listens and where the API server finds it; port 0
 *     takes a free one
 */
public record KubeVirtSettings(
    Release release, Quirks quirks, Supplier<Gates> gates, InetSocketAddress webhook) {}
