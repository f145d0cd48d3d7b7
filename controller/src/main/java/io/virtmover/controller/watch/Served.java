// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.javaoperatorsdk.operator.processing.event.source.filter.GenericFilter;
import io.virtmover.controller.velero.TransferObject;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Which requests the reconcilers are called for: those of our data movers that have not been ended
 * and cleaned up behind. The framework puts our finalizer onto every request that it calls us for,
 * so it must be called for no other.
 */
public final class Served implements GenericFilter<TransferObject> {
  private final Set<String> datamovers =
      Set.copyOf(
          ConfigProvider.getConfig()
              .getOptionalValues("virtmover.datamovers", String.class)
              .orElse(List.of("cnv")));

  @Override
  public boolean accept(TransferObject request) {
    return datamovers.contains(request.datamover())
        && (!request.phase().isFinal() || request.hasOurFinalizer());
  }
}
