package io.walferry.job.verify;

import io.walferry.job.model.StreamElement;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** When all workers are done, looks at the suspects again and ends the run; one of it. */
public final class SettleOperator extends AbstractStreamOperator<Long>
        implements OneInputStreamOperator<Long, Long>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private final VerifySettings settings;
    private final TypeInformation<StreamElement> elementType;

    /** @param elementType of what goes into lanes */
    public SettleOperator(VerifySettings settings, TypeInformation<StreamElement> elementType) {
        this.settings = settings;
        this.elementType = elementType;
    }

    @Override
    public void processElement(StreamRecord<Long> worker) {
        // That it is done is all there is to know.
    }

    @Override
    public void endInput() throws Exception {
        StatementRows.Lanes lanes =
                (lane, element) -> output.collect(new OutputTag<>(lane, elementType), new StreamRecord<>(element));
        try (VerificationLedger ledger =
                        new VerificationLedger(settings.target().open());
                BothSides sides = BothSides.open(settings, Stage.worker(Stage.SETTLE, 0), lanes)) {
            ledger.state(settings.run(), "settling");
            if (settings.repair() == VerifySettings.RepairMode.NONE) {
                new Settler(settings, ledger, sides, null).settle();
            } else {
                try (Repairer repairer = Repairer.open(settings, sides, settings.target())) {
                    new Settler(settings, ledger, sides, repairer).settle();
                }
            }
            ledger.state(settings.run(), "done");
        }
    }
}
