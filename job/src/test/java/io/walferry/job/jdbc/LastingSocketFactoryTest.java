package io.walferry.job.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LastingSocketFactoryTest {

    static Stream<LastingSocketFactory> factories() {
        return Stream.of(new LastingSocketFactory(), new GatheringSocketFactory());
    }

    @ParameterizedTest
    @MethodSource("factories")
    void asksAfterTheOtherMachineSoon(LastingSocketFactory factory) throws IOException {
        try (Socket socket = factory.createSocket()) {
            int idle = socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE);
            int interval = socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL);
            int count = socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT);
            assertThat(idle + interval * count).isEqualTo(90);
        }
    }
}
