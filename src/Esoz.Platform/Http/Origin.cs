using System.Net;
using System.Net.Sockets;

namespace Esoz.Platform.Http;

/// <summary>
/// Where a change comes from: client, request and address, which the audit log records beside the author (platform §13). The database has
/// them in <c>app.origin</c> until the end of the transaction; they are set by the statements that write, without a round trip of their
/// own.
/// </summary>
public static class Origin
{
    /// <summary>Client id, request id and address, separated by spaces; none of them contains one.</summary>
    public static string Of(HttpContext context) =>
        $"{context.Features.Get<Caller>()?.ClientId} {context.TraceIdentifier} {Plain(context.Connection.RemoteIpAddress)}";

    /// <summary>The origin of a request whose client was not known when it began: that of SIGN-IN.</summary>
    public static string WithClient(string origin, Guid client) => origin.StartsWith(' ') ? $"{client}{origin}" : origin;

    /// <summary>An expression that sets it when the statement returns its row; triggers see it, because they run at the end.</summary>
    internal static string Set(string value) => $"set_config('app.origin', {value}, true)";

    /// <summary>Without the zone of a local address, which PostgreSQL does not know.</summary>
    private static IPAddress? Plain(IPAddress? address) =>
        address is null or { AddressFamily: AddressFamily.InterNetwork } ? address
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : new IPAddress(address.GetAddressBytes());
}
