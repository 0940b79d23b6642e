using System.Formats.Asn1;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>What a certificate states about itself (RFC 3739 §3.2.6, ETSI EN 319 412-5).</summary>
/// <param name="IsQualified">It is a qualified certificate; before 2018 a strengthened one (посилений).</param>
/// <param name="IsOnDevice">The private key is in a qualified device (QcSSCD): a КЕП and not only a УЕП.</param>
/// <param name="IsForPersons">It is for signatures of persons: not only for seals or web sites.</param>
public sealed record QualifiedStatements(bool IsQualified, bool IsOnDevice, bool IsForPersons)
{
    public const string Compliance = "0.4.0.1862.1.1";
    public const string Strengthened = "1.2.804.2.1.1.1.2.1";
    public const string Device = "0.4.0.1862.1.4";
    public const string Types = "0.4.0.1862.1.6";
    public const string PersonType = "0.4.0.1862.1.6.1";
    public const string SealType = "0.4.0.1862.1.6.2";

    internal static QualifiedStatements Read(AsnReader? extension)
    {
        var found = new HashSet<string>();
        var types = new HashSet<string>();
        for (var statements = extension?.ReadSequence(); statements?.HasData == true;)
        {
            var statement = statements.ReadSequence();
            var oid = statement.ReadOid();
            found.Add(oid);
            if (oid == Types && statement.HasData)
            {
                for (var list = statement.ReadSequence(); list.HasData;)
                    types.Add(list.ReadOid());
            }
        }
        return new(
            found.Contains(Compliance) || found.Contains(Strengthened), found.Contains(Device),
            types.Count == 0 || types.Contains(PersonType));
    }

    public override string ToString() =>
        (IsQualified, IsForPersons, IsOnDevice) switch
        {
            (_, false, _) => "not for signatures of persons: a seal or a web site",
            (false, _, _) => "not qualified",
            (true, _, true) => "qualified, key in a qualified device",
            (true, _, false) => "qualified, key not in a qualified device",
        };
}
