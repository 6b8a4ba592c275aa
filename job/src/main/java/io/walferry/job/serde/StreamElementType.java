package io.walferry.job.serde;

import io.walferry.job.model.StreamElement;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Type of everything that travels from the source to the writers. */
public final class StreamElementType extends TypeInformation<StreamElement> {

    private static final long serialVersionUID = 1L;

    public static final StreamElementType INSTANCE = new StreamElementType();

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
    public Class<StreamElement> getTypeClass() {
        return StreamElement.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<StreamElement> createSerializer(SerializerConfig config) {
        return StreamElementSerializer.INSTANCE;
    }

    @Override
    @Deprecated
    public TypeSerializer<StreamElement> createSerializer(ExecutionConfig config) {
        return StreamElementSerializer.INSTANCE;
    }

    @Override
    public String toString() {
        return "StreamElement";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamElementType;
    }

    @Override
    public int hashCode() {
        return StreamElementType.class.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof StreamElementType;
    }
}
