using Esoz.Platform.Configuration;
using OpenTelemetry.Exporter;

namespace Esoz.Tests.Platform.Telemetry;

public sealed class TelemetryOptionsTests
{
    [Fact(DisplayName = "Without a receiver there are no traces; with one all are sent over HTTP unless said otherwise")]
    public void Defaults()
    {
        Assert.Null(Read().Endpoint);
        var options = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"));

        Assert.Equal(new Uri("http://127.0.0.1:4318"), options.Endpoint);
        Assert.Equal((OtlpExportProtocol.HttpProtobuf, "", "esoz", 1),
            (options.Protocol, options.Headers, options.ServiceName, options.Share));
        Assert.Equal(0.01, Read(("OTEL_TRACES_SAMPLER_ARG", "0.01")).Share);
    }

    [Theory(DisplayName = "An invalid value stops the start")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT: must be the base URL")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@collector", "OTEL_EXPORTER_OTLP_ENDPOINT: must be the base URL")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL: must be http/protobuf or grpc")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.5", "OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "-1", "OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "NaN", "OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER", "always_on", "OTEL_TRACES_SAMPLER is not a setting. Did you mean OTEL_TRACES_SAMPLER_ARG?")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not a setting.")]
    public void Faults(string name, string value, string fault) =>
        Assert.Contains(fault, Assert.Throws<SettingsException>(() => Read((name, value))).Message, StringComparison.Ordinal);

    private static Esoz.Platform.Telemetry.TelemetryOptions Read(params (string Name, string Value)[] values) =>
        Settings.Read(values.ToDictionary(it => it.Name, it => it.Value)).Telemetry;
}
