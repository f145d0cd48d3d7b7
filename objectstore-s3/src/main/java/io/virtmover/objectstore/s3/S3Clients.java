// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.location.ProxyRules;
import io.virtmover.location.StoreAccess;
import java.io.InputStream;
import java.util.Map;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/** Builds the SDK's client for a location. */
final class S3Clients {
  private static final int ROLE_CONNECTIONS = 2;
  private static final String FALLBACK_REGION = "us-east-1";

  /** In place of the files in the user's home. */
  static final ProfileFile NO_PROFILES =
      ProfileFile.builder()
          .content(InputStream.nullInputStream())
          .type(ProfileFile.Type.CONFIGURATION)
          .build();

  private S3Clients() {}

  /**
   * Builds a client.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for credentials or certificates that cannot
   *     be read
   */
  static S3Client of(Location location, int connections, Patience patience) {
    return of(location, connections, patience, System.getenv());
  }

  /** The same in another environment than the process's. */
  static S3Client of(
      Location location, int connections, Patience patience, Map<String, String> environment) {
    var proxies = ProxyRules.of(environment);
    location.server().endpoint().ifPresent(proxies::proxyFor);
    var identity =
        S3Identity.of(
            location,
            environment,
            () -> watchedClient(location, ROLE_CONNECTIONS, patience, proxies));
    var builder =
        S3Client.builder()
            .credentialsProvider(identity.credentials())
            .httpClientBuilder(
                // A builder, so that the client is closed with the S3 client.
                _ -> watchedClient(location, connections, patience, proxies))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .forcePathStyle(location.server().pathStyle())
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .overrideConfiguration(
                override -> {
                  withoutUsersFiles(override);
                  override
                      .addExecutionInterceptor(new AnswerCheck())
                      .retryStrategy(
                          StandardRetryStrategy.builder()
                              .maxAttempts(patience.attempts())
                              .circuitBreakerEnabled(false)
                              .build());
                });
    location.server().endpoint().ifPresent(builder::endpointOverride);
    builder.region(Region.of(identity.region().orElse(FALLBACK_REGION)));
    if (identity.region().isEmpty() && location.server().endpoint().isEmpty()) {
      builder.crossRegionAccessEnabled(true);
    }
    return builder.build();
  }

  /** The SDK would take settings, and programs to run, from files in the user's home. */
  static void withoutUsersFiles(ClientOverrideConfiguration.Builder override) {
    override.defaultProfileFile(NO_PROFILES).defaultProfileName(StoreAccess.DEFAULT_PROFILE);
  }

  private static SdkHttpClient watchedClient(
      Location location, int connections, Patience patience, ProxyRules proxies) {
    return new WatchedHttpClient(
        new StoreHttpClient(
            connections,
            new StoreTls(location.server().trust()),
            // The longest wait there is; what is shorter, the watch ends.
            patience.assembly(),
            patience.idle(),
            proxies),
        patience);
  }
}
