// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.location.ProxyRules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.AttributeMap;

/** Builds the SDK's client for a location. */
final class S3Clients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int ROLE_CONNECTIONS = 2;
  private static final String FALLBACK_REGION = "us-east-1";
  private static final ProxyConfiguration NO_PROXY_OF_THE_SDK =
      ProxyConfiguration.builder()
          .useSystemPropertyValues(false)
          .useEnvironmentVariableValues(false)
          .build();

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
    location.endpoint().ifPresent(proxies::proxyFor);
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
            .forcePathStyle(location.pathStyle())
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
    location.endpoint().ifPresent(builder::endpointOverride);
    builder.region(Region.of(identity.region().orElse(FALLBACK_REGION)));
    if (identity.region().isEmpty() && location.endpoint().isEmpty()) {
      builder.crossRegionAccessEnabled(true);
    }
    return builder.build();
  }

  /** The SDK would take settings, and programs to run, from files in the user's home. */
  static void withoutUsersFiles(ClientOverrideConfiguration.Builder override) {
    override.defaultProfileFile(NO_PROFILES).defaultProfileName(Location.DEFAULT_PROFILE);
  }

  private static SdkHttpClient watchedClient(
      Location location, int connections, Patience patience, ProxyRules proxies) {
    return new WatchedHttpClient(httpClient(location, connections, patience, proxies), patience);
  }

  private static SdkHttpClient httpClient(
      Location location, int connections, Patience patience, ProxyRules proxies) {
    var builder =
        ApacheHttpClient.builder()
            .maxConnections(connections)
            .connectionTimeout(CONNECT_TIMEOUT)
            // The longest wait there is; what is shorter, the watch ends.
            .socketTimeout(patience.assembly())
            .connectionAcquisitionTimeout(patience.idle())
            .expectContinueEnabled(false)
            .proxyConfiguration(NO_PROXY_OF_THE_SDK)
            .httpRoutePlanner(new ProxyRoutes(proxies));
    if (location.insecureSkipTlsVerify()) {
      return builder.buildWithDefaults(
          AttributeMap.builder()
              .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
              .build());
    }
    location.caPem().ifPresent(pem -> builder.tlsTrustManagersProvider(() -> trusting(pem)));
    return builder.build();
  }

  /** The system's authorities and the location's. */
  private static TrustManager[] trusting(String pem) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var number = 0;
      for (var manager : trustManagers(null)) {
        if (manager instanceof X509TrustManager system) {
          for (var issuer : system.getAcceptedIssuers()) {
            store.setCertificateEntry("system-" + number++, issuer);
          }
        }
      }
      var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
      var own = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
      if (own.isEmpty()) {
        throw invalid("The location's CA holds no certificate.", null);
      }
      for (var certificate : own) {
        store.setCertificateEntry("own-" + number++, certificate);
      }
      return trustManagers(store);
    } catch (GeneralSecurityException | IOException e) {
      throw invalid("The location's CA is not a PEM certificate: " + e.getMessage() + ".", e);
    }
  }

  private static TrustManager[] trustManagers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static VirtMoverException invalid(String message, @Nullable Throwable cause) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message, cause);
  }
}
