using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Esoz.Tests.Platform.Telemetry;

/// <summary>A receiver of traces over OTLP, http/protobuf or gRPC, that stores what it receives.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<byte[]> _exports = new();

    private OtlpReceiver(WebApplication server) => _server = server;

    public string Url => _server.Urls.Single();

    /// <summary>Values of the header <c>authorization</c>, one per export.</summary>
    public ConcurrentQueue<string> Authorization { get; } = new();

    /// <summary>Paths of the exports.</summary>
    public ConcurrentQueue<string> Paths { get; } = new();

    /// <summary>Everything that was sent.</summary>
    public byte[] Bytes => [.. _exports.SelectMany(export => export)];

    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. from export in _exports
           from resource in ProtobufField.Of(export).Where(it => it.Number == 1)
           from scope in ProtobufField.Of(resource.Bytes).Where(it => it.Number == 2)
           from span in ProtobufField.Of(scope.Bytes).Where(it => it.Number == 2)
           select OtlpSpan.Of(span.Bytes),
    ];

    /// <summary>Attributes of the resources that sent spans.</summary>
    public IEnumerable<KeyValuePair<string, string>> Resource =>
        from export in _exports
        from resource in ProtobufField.Of(export).Where(it => it.Number == 1)
        from attributes in ProtobufField.Of(resource.Bytes).Where(it => it.Number == 1)
        from attribute in ProtobufField.Of(attributes.Bytes).Where(it => it.Number == 1)
        select OtlpSpan.Attribute(attribute.Bytes);

    public static async Task<OtlpReceiver> Start(bool grpc = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(
                listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._server.Run(receiver.Receive);
        await receiver._server.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task Receive(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var isGrpc = context.Request.ContentType == "application/grpc";
        // gRPC prefixes a message with a flag and its length.
        _exports.Enqueue(isGrpc ? body.ToArray()[5..] : body.ToArray());
        Authorization.Enqueue(context.Request.Headers.Authorization.ToString());
        Paths.Enqueue(context.Request.Path);
        context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
        if (isGrpc)
        {
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }
}

/// <summary>A span as received over OTLP.</summary>
/// <param name="Parent">Empty = none.</param>
/// <param name="Events">Events with their attributes.</param>
/// <param name="Links">Trace and span of each link.</param>
/// <param name="StatusText">Message of the status, in addition to its code.</param>
public sealed record OtlpSpan(
    string Trace, string Id, string Parent, string State, string Name, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<IReadOnlyDictionary<string, string>> Events, IReadOnlyList<(string Trace, string Id)> Links, int Status,
    string StatusText)
{
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    internal static OtlpSpan Of(ReadOnlyMemory<byte> message)
    {
        var fields = ProtobufField.Of(message).ToLookup(it => it.Number);
        var status = fields[15].SelectMany(field => ProtobufField.Of(field.Bytes)).ToLookup(it => it.Number);
        return new(Hex(1), Hex(2), Hex(4), Text(3), Text(5), AttributesOf(fields[9]),
            [.. fields[11].Select(it => AttributesOf(ProtobufField.Of(it.Bytes).Where(part => part.Number == 3)))],
            [.. fields[13].Select(it => ProtobufField.Of(it.Bytes).ToLookup(part => part.Number))
                .Select(it => (Convert.ToHexStringLower(it[1].Single().Bytes.Span), Convert.ToHexStringLower(it[2].Single().Bytes.Span)))],
            (int)status[3].Select(it => it.Value).SingleOrDefault(), status[2].Select(it => it.Text).SingleOrDefault() ?? "");

        string Hex(int number) => Convert.ToHexStringLower(fields[number].SingleOrDefault().Bytes.Span);
        string Text(int number) => fields[number].SingleOrDefault().Text;
    }

    internal static KeyValuePair<string, string> Attribute(ReadOnlyMemory<byte> message)
    {
        var fields = ProtobufField.Of(message).ToDictionary(it => it.Number);
        return new(fields[1].Text, Value(fields[2].Bytes));
    }

    private static Dictionary<string, string> AttributesOf(IEnumerable<ProtobufField> fields) =>
        new(fields.Select(field => Attribute(field.Bytes)));

    /// <summary>An array becomes its members separated by commas.</summary>
    private static string Value(ReadOnlyMemory<byte> any) => ProtobufField.Of(any).SingleOrDefault() switch
    {
        { Number: 2 or 3 } number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        { Number: 5 } array => string.Join(',', ProtobufField.Of(array.Bytes).Select(field => Value(field.Bytes))),
        var text => text.Text,
    };
}

/// <summary>A field of a protobuf message: a number, or bytes.</summary>
public readonly record struct ProtobufField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public static IEnumerable<ProtobufField> Of(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var (number, value, length) = ((int)(tag >> 3), 0UL, 0);
            switch (tag & 7)
            {
                case 0:
                    value = Varint(message, ref at);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]);
                    at += 8;
                    break;
                case 2:
                    length = (int)Varint(message, ref at);
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7}");
            }
            yield return new(number, value, message.Slice(at, length));
            at += length;
        }
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
