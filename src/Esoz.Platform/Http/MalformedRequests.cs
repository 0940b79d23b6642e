using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// Answers what the web server itself refuses, because it is no HTTP or too long, in the envelope of the path's family (platform §10).
/// Such a request reaches no middleware. The web server tells of it before it sends an answer without a body and closes the connection;
/// here that answer gets its head and the connection its body. Only HTTP/1: in HTTP/2 a fault of the protocol ends the stream.
/// </summary>
public sealed class MalformedRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private static readonly Refusal NoRoute =
        Gateway.RouteIsKnown.Validation.Refusal with { RuleNumber = Gateway.RouteIsKnown.Validation.Number };
    private static readonly Refusal NoHttp = new(RefusalKind.Malformed, "Malformed HTTP request");
    private static readonly Refusal LongTarget = new(RefusalKind.TargetTooLong);
    private static readonly Refusal LargeHeaders = new(RefusalKind.HeadersTooLarge);

    private readonly IServiceProvider _services;

    private MalformedRequests(IServiceProvider services) => _services = services;

    /// <summary>Answers the malformed requests of the server that the services belong to, for as long as it lives.</summary>
    public static void Watch(IServiceProvider services) => services.GetRequiredService<DiagnosticListener>()
        .Subscribe(new MalformedRequests(services), static (name, _, _) => name == Event);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: Event, Value: IFeatureCollection features } && features.Get<IHttp2StreamIdFeature>() is null
            && features.Get<IHttpResponseFeature>() is { HasStarted: false } response
            && features.Get<IBadRequestExceptionFeature>() is { Error: BadHttpRequestException fault })
            Answer(features, response, fault.StatusCode);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private void Answer(IFeatureCollection features, IHttpResponseFeature response, int status)
    {
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        // Known when the line was read up to its end.
        var target = request.RawTarget ?? "";
        if (RefusalOf(status, target) is not { } refusal)
            return;
        var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = _services, TraceIdentifier = RequestId.Next() };
        context.Response.Body = body;
        context.Features.Set(features.Get<IHttpConnectionFeature>());
        (context.Request.Scheme, context.Request.Path) = (request.Scheme, RequestTarget.Decoded(RequestTarget.PathOf(target)));
        var headers = context.Response.Headers;
        headers[RequestId.Header] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.Connection = "close";
        // All of it completes at once: the answer is small, and a client that does not read is not waited for.
        _ = Dialect.For(Dialect.FamilyOf(context.Request.Path)).WriteRefusal(context, refusal);
        _ = context.Response.BodyWriter.FlushAsync().AsTask();
        response.StatusCode = context.Response.StatusCode;
        response.Headers.Clear();
        foreach (var (name, value) in headers)
            response.Headers[name] = value;
        _ = features.GetRequiredFeature<IHttpResponseBodyFeature>().StartAsync();
        var connection = features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output;
        connection.Write(body.GetBuffer().AsSpan(0, (int)body.Length));
        _ = connection.FlushAsync().AsTask();
    }

    /// <summary>A path that the web server does not decode is one that no method has. Null = answered by the web server itself.</summary>
    private static Refusal? RefusalOf(int status, string target) => status switch
    {
        StatusCodes.Status400BadRequest when RequestTarget.PathOf(target).Contains("%00", StringComparison.Ordinal) =>
            NoRoute,
        StatusCodes.Status400BadRequest => NoHttp,
        // A target that is no path, for a verb that needs one.
        StatusCodes.Status405MethodNotAllowed => NoRoute,
        StatusCodes.Status414UriTooLong => LongTarget,
        StatusCodes.Status431RequestHeaderFieldsTooLarge => LargeHeaders,
        _ => null,
    };
}
