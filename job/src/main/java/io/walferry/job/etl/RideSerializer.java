package io.walferry.job.etl;

import io.walferry.job.model.StreamElement;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** For where the operators of a lane are not in one chain; in a chain nothing is serialized. */
final class RideSerializer extends TypeSerializerSingleton<Ride> {

    private static final long serialVersionUID = 1L;

    private final TypeSerializer<StreamElement> elements;

    RideSerializer(TypeSerializer<StreamElement> elements) {
        this.elements = elements;
    }

    @Override
    public void serialize(Ride ride, DataOutputView out) throws IOException {
        out.writeByte(ride.kind.ordinal());
        out.writeLong(ride.number);
        out.writeBoolean(ride.element != null);
        if (ride.element != null) {
            elements.serialize(ride.element, out);
        }
        StringValue.writeString(ride.cause, out);
        int length = ride.bytes == null ? 0 : ride.end - ride.start;
        out.writeInt(length);
        if (length > 0) {
            out.write(ride.bytes, ride.start, length);
        }
    }

    @Override
    public Ride deserialize(DataInputView in) throws IOException {
        Ride ride = new Ride();
        ride.kind = Ride.Kind.values()[in.readByte()];
        ride.number = in.readLong();
        if (in.readBoolean()) {
            ride.element = elements.deserialize(in);
        }
        ride.cause = StringValue.readString(in);
        ride.bytes = new byte[in.readInt()];
        ride.end = ride.bytes.length;
        in.readFully(ride.bytes);
        return ride;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public Ride createInstance() {
        return new Ride();
    }

    @Override
    public Ride copy(Ride from) {
        Ride copy = new Ride();
        copy.kind = from.kind;
        copy.element = from.element;
        copy.bytes = from.bytes;
        copy.start = from.start;
        copy.end = from.end;
        copy.number = from.number;
        copy.cause = from.cause;
        return copy;
    }

    @Override
    public Ride copy(Ride from, Ride reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public Ride deserialize(Ride reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    /** No lane keeps rides in state; Flink asks all the same. */
    @Override
    public TypeSerializerSnapshot<Ride> snapshotConfiguration() {
        return new SimpleTypeSerializerSnapshot<>(() -> this) {};
    }
}
