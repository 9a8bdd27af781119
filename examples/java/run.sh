#!/bin/sh
# Compiles the test and runs it with JUnit 5. In your project, a build tool does this.
set -e
junit=${JUNIT_JAR:-/usr/share/java/junit-platform-console-standalone.jar}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Java has a trust store of its own: this one trusts the authority of the emulator.
keytool -importcert -noprompt -alias tao -file "$TAO_EMULATOR_CA_FILE" \
  -keystore "$work/trust.p12" -storetype PKCS12 -storepass changeit

javac -d "$work" -cp "$junit" RosterClient.java RosterTest.java
java -cp "$junit:$work" \
  -Djavax.net.ssl.trustStore="$work/trust.p12" -Djavax.net.ssl.trustStorePassword=changeit \
  org.junit.platform.console.ConsoleLauncher --select-class RosterTest --disable-banner
