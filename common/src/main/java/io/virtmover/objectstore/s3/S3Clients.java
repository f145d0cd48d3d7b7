// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.AttributeMap;

/** Builds the SDK's client for a location. */
final class S3Clients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final String FALLBACK_REGION = "us-east-1";

  private S3Clients() {}

  /**
   * Builds a client.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for credentials or certificates that cannot
   *     be read
   */
  static S3Client of(Location location, int connections, Patience patience) {
    var profiles = location.credentialsFile().map(S3Clients::profiles);
    profiles.ifPresent(supplier -> checkProfile(location, supplier));
    var builder =
        S3Client.builder()
            .credentialsProvider(credentials(location, profiles))
            .httpClientBuilder(
                // A builder, so that the client is closed with the S3 client.
                _ -> new WatchedHttpClient(httpClient(location, connections, patience), patience))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .forcePathStyle(location.pathStyle())
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .overrideConfiguration(
                override ->
                    override
                        .addExecutionInterceptor(new AnswerCheck())
                        .retryStrategy(
                            StandardRetryStrategy.builder()
                                .maxAttempts(patience.attempts())
                                .circuitBreakerEnabled(false)
                                .build()));
    location.endpoint().ifPresent(builder::endpointOverride);
    var region = location.region().or(() -> regionOf(location, profiles));
    builder.region(Region.of(region.orElse(FALLBACK_REGION)));
    if (region.isEmpty() && location.endpoint().isEmpty()) {
      builder.crossRegionAccessEnabled(true);
    }
    return builder.build();
  }

  private static Optional<String> regionOf(
      Location location, Optional<Supplier<ProfileFile>> profiles) {
    return profiles
        .flatMap(supplier -> supplier.get().profile(location.profile()))
        .flatMap(profile -> profile.property("region"))
        .or(() -> Optional.ofNullable(System.getenv("AWS_REGION")))
        .or(() -> Optional.ofNullable(System.getenv("AWS_DEFAULT_REGION")));
  }

  private static AwsCredentialsProvider credentials(
      Location location, Optional<Supplier<ProfileFile>> profiles) {
    return profiles
        .<AwsCredentialsProvider>map(
            supplier ->
                ProfileCredentialsProvider.builder()
                    .profileFile(supplier)
                    .profileName(location.profile())
                    .build())
        .orElseGet(
            () -> DefaultCredentialsProvider.builder().profileName(location.profile()).build());
  }

  /** Velero's file serves as credentials and as configuration; it is read again when it changes. */
  private static Supplier<ProfileFile> profiles(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw invalid("Cannot read the credentials file %s.".formatted(file), null);
    }
    return ProfileFileSupplier.aggregate(
        ProfileFileSupplier.reloadWhenModified(file, ProfileFile.Type.CREDENTIALS),
        ProfileFileSupplier.reloadWhenModified(file, ProfileFile.Type.CONFIGURATION));
  }

  private static void checkProfile(Location location, Supplier<ProfileFile> profiles) {
    var file = location.credentialsFile().orElseThrow();
    try {
      if (profiles.get().profile(location.profile()).isEmpty()) {
        throw invalid(
            "The credentials file %s has no profile '%s'.".formatted(file, location.profile()),
            null);
      }
    } catch (IllegalArgumentException e) {
      throw invalid("The credentials file %s is not an AWS ini file.".formatted(file), e);
    }
  }

  private static SdkHttpClient httpClient(Location location, int connections, Patience patience) {
    var builder =
        ApacheHttpClient.builder()
            .maxConnections(connections)
            .connectionTimeout(CONNECT_TIMEOUT)
            // The longest wait there is; what is shorter, the watch ends.
            .socketTimeout(patience.assembly())
            .connectionAcquisitionTimeout(patience.idle())
            .expectContinueEnabled(false);
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
