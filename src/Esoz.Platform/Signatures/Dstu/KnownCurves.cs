namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// The ten recommended curves of DSTU 4145-2002 in polynomial basis (appendix Г.1), in the order of their object identifiers. No other curve
/// is ever calculated with: parameters of an attacker's making could keep the processor busy, or make signatures worthless.
/// </summary>
internal static class KnownCurves
{
    private const string Prefix = "1.2.804.2.1.1.1.1.3.1.1.2.";

    public static IReadOnlyList<BinaryCurve> All { get; } =
    [
        new(Prefix + "0", new BinaryField(163, 3, 6, 7), 1,
            "5ff6108462a2dc8210ab403925e638a19c1455d21",
            "400000000000000000002bec12be2262d39bcf14d",
            "2e2f85f5dd74ce983a5c4237229daf8a3f35823be"),
        new(Prefix + "1", new BinaryField(167, 6), 1,
            "6ee3ceeb230811759f20518a0930f1a4315a827dac",
            "3fffffffffffffffffffffb12ebcc7d7f29ff7701f",
            "7a1f6653786a68192803910a3d30b2a2018b21cd54"),
        new(Prefix + "2", new BinaryField(173, 1, 2, 10), 0,
            "108576c80499db2fc16eddf6853bbb278f6b6fb437d9",
            "800000000000000000000189b4e67606e3825bb2831",
            "4d41a619bcc6eadf0448fa22fad567a9181d37389ca"),
        new(Prefix + "3", new BinaryField(179, 1, 2, 4), 1,
            "4a6e0856526436f2f88dd07a341e32d04184572beb710",
            "3ffffffffffffffffffffffb981960435fe5ab64236ef",
            "6ba06fe51464b2bd26dc57f48819ba9954667022c7d02"),
        new(Prefix + "4", new BinaryField(191, 9), 1,
            "7bc86e2102902ec4d5890e8b6b4981ff27e0482750fefc03",
            "40000000000000000000000069a779cac1dabc6788f7474f",
            "714114b762f2ff4a7912a6d2ac58b9b5c2fcfe76daeb7128"),
        new(Prefix + "5", new BinaryField(233, 1, 4, 9), 1,
            "6973b15095675534c7cf7e64a21bd54ef5dd3b8a0326aa936ece454d2c",
            "1000000000000000000000000000013e974e72f8a6922031d2603cfe0d7",
            "3fcda526b6cdf83ba1118df35b3c31761d3545f32728d003eeb25efe96"),
        new(Prefix + "6", new BinaryField(257, 12), 0,
            "1cef494720115657e18f938d7a7942394ff9425c1458c57861f9eea6adbe3be10",
            "800000000000000000000000000000006759213af182e987d3e17714907d470d",
            "2a29ef207d0e9b6c55cd260b306c7e007ac491ca1b10c62334a9e8dcd8d20fb6"),
        new(Prefix + "7", new BinaryField(307, 2, 4, 8), 1,
            "393c7f7d53666b5054b5e6c6d3de94f4296c0c599e2e2e241050df18b6090bdc90186904968bb",
            "3ffffffffffffffffffffffffffffffffffffffc079c2f3825da70d390fbba588d4604022b7b7",
            "216ee8b189d291a0224984c1e92f1d16bf75ccd825a087a239b276d3167743c52c02d6e7232aa"),
        new(Prefix + "8", new BinaryField(367, 21), 1,
            "43fc8ad242b0b7a6f3d1627ad5654447556b47bf6aa4a64b0c2afe42cadab8f93d92394c79a79755437b56995136",
            "40000000000000000000000000000000000000000000009c300b75a3fa824f22428fd28ce8812245ef44049b2d49",
            "324a6eddd512f08c49a99ae0d3f961197a76413e7be81a400ca681e09639b5fe12e59a109f78bf4a373541b3b9a0"),
        new(Prefix + "9", new BinaryField(431, 1, 3, 5), 1,
            "3ce10490f6a708fc26dfe8c3d27c4f94e690134d5bff988d8d28aaeaede975936c66bac536b18ae2dc312ca493117daa469c640caf3",
            "3fffffffffffffffffffffffffffffffffffffffffffffffffffffba3175458009a8c0a724f02f81aa8a1fcbaf80d90c7a95110504cf",
            "1a62ba79d98133a16bbae7ed9a8e03c32e0824d57aef72f88986874e5aae49c27bed49a2a95058068426c2171e99fd3b43c5947c857c"),
    ];

    /// <summary>The one that keys are made on unless somebody asks for another: m = 257.</summary>
    public static BinaryCurve Usual => All[6];

    public static BinaryCurve? ByOid(string oid) => All.FirstOrDefault(curve => curve.Oid == oid);
}
