package io.walferry.job.etl;

import io.walferry.job.model.StreamElement;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Type of what rides along. */
final class RideType extends TypeInformation<Ride> {

    private static final long serialVersionUID = 1L;

    private final RideSerializer serializer;

    RideType(TypeSerializer<StreamElement> elements) {
        serializer = new RideSerializer(elements);
    }

    RideSerializer serializer() {
        return serializer;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<Ride> getTypeClass() {
        return Ride.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<Ride> createSerializer(SerializerConfig config) {
        return serializer;
    }

    @Override
    @Deprecated
    public TypeSerializer<Ride> createSerializer(ExecutionConfig config) {
        return serializer;
    }

    @Override
    public String toString() {
        return "Ride";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RideType;
    }

    @Override
    public int hashCode() {
        return RideType.class.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof RideType;
    }
}
