using System.Globalization;
using Esoz.Platform.Configuration;
using OpenTelemetry.Exporter;

namespace Esoz.Platform.Telemetry;

/// <summary>Settings of the trace export, with the names defined by OpenTelemetry.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Base address of the OTLP receiver; null = no traces.</summary>
    public required Uri? Endpoint { get; init; }

    public required OtlpExportProtocol Protocol { get; init; }

    /// <summary>Headers of every export, as comma-separated <c>name=value</c>.</summary>
    public required string Headers { get; init; }

    public required string ServiceName { get; init; }

    /// <summary>Share of requests and tasks that are traced, 0 … 1.</summary>
    public required double Share { get; init; }

    public static TelemetryOptions Read(SettingReader read) => new()
    {
        Endpoint = read.Parsed("OTEL_EXPORTER_OTLP_ENDPOINT", "", Receiver),
        Protocol = read.Parsed("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", ProtocolOf),
        Headers = read.Secret("OTEL_EXPORTER_OTLP_HEADERS"),
        ServiceName = read.Text("OTEL_SERVICE_NAME", "esoz"),
        Share = read.Parsed("OTEL_TRACES_SAMPLER_ARG", "1", ShareOf),
    };

    private static Uri? Receiver(string text) =>
        text.Length == 0 ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", UserInfo: "" } ? url
        : throw new FormatException("must be the base URL of an OTLP receiver, such as http://127.0.0.1:4318");

    private static OtlpExportProtocol ProtocolOf(string text) => text switch
    {
        "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
        "grpc" => OtlpExportProtocol.Grpc,
        _ => throw new FormatException($"must be http/protobuf or grpc, but is '{text}'"),
    };

    private static double ShareOf(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share <= 1 ? share
        : throw new FormatException($"must be a number from 0 to 1, such as 0.01, but is '{text}'");
}
